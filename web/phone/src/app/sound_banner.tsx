// SPDX-License-Identifier: Apache-2.0
import { at } from '@dering/api/base';
import { Button, CloseButton } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { TFunction } from 'i18next';
import { navigate } from 'wouter/use-browser-location';
import { activeCall } from '../call/call_text';
import { usePhone, useTelephone } from '../call/telephone_context';
import { Icon } from '../shared/icon';
import { ear } from '../sound/ear';
import { hear, nothingHeard, type Told } from '../sound/hearing';
import { toldOfSound } from '../sound/told_of_sound';
import { callMicrophone, type MicrophoneNews } from '../sound/microphone';
import { useWatched } from '../sound/use_watched';
import classes from './banner.module.css';

const lookMilliseconds = 100;

/** What a person must know of their own sound in a call. Each is said once; put away, not again in that call. */
export function SoundBanner() {
  const { t } = useTranslation();
  const telephone = useTelephone();
  const call = usePhone((phone) => activeCall(phone.call));
  const told = useTold();
  const news = useWatched(callMicrophone.news);
  const [hidden, setHidden] = useState<readonly string[]>([]);
  const kind = call === null ? null : (told ?? newsKind(news));
  const key = `${call?.id} ${kind}`;
  const text = kind === null || hidden.includes(key) ? '' : textOf(kind, news, t);
  const heard = kind === null || text === '' ? 'well' : kind === 'silent' ? 'no-sound' : kind;
  useEffect(() => {
    toldOfSound.set(heard);
    return () => toldOfSound.set('well');
  }, [heard]);
  return (
    <div
      className={classes.over}
      role="status"
      data-testid="sound-words"
      data-kind={text === '' ? undefined : kind}
    >
      {text !== '' && (
        <p className={classes.banner} data-text>
          <Icon name={kind === 'speaks-muted' ? 'microphoneOff' : 'warning'} size={18} />
          <span>{text}</span>
          {kind === 'speaks-muted' ? (
            <Button size="xs" variant="white" color="dark" onClick={() => telephone.toggleMute()}>
              {t('call.unmute')}
            </Button>
          ) : (
            <Button
              size="xs"
              variant="white"
              color="dark"
              onClick={() => navigate(at('/settings/sound'))}
              data-testid="sound-words-open"
            >
              {t('sound.title')}
            </Button>
          )}
          <CloseButton
            className={classes.close ?? ''}
            aria-label={t('sound.hide')}
            onClick={() => setHidden([...hidden.slice(-20), key])}
            data-testid="sound-words-close"
          />
        </p>
      )}
    </div>
  );
}

type Kind = Exclude<Told, null> | MicrophoneNews['kind'];

const newsKind = (news: MicrophoneNews | null): Kind | null => news?.kind ?? null;

function textOf(kind: Kind, news: MicrophoneNews | null, t: TFunction): string {
  switch (kind) {
    case 'speaks-muted':
      return t('sound.speaksMuted');
    case 'silent':
      return t('sound.silent');
    default:
      if (news === null) return '';
      return news.kind === 'trouble'
        ? t(`sound.trouble.${news.why}`)
        : t(`sound.${news.kind}Instead`, { label: news.label });
  }
}

/** Looks at the microphone while somebody is to hear it. */
function useTold(): Told {
  const call = usePhone((phone) => phone.call);
  const talking = call?.kind === 'talking' && call.stage === 'connected' && call.hold === 'nobody';
  const id = talking ? call.id : null;
  const isMuted = useRef(false);
  const muted = talking && call.muted;
  useEffect(() => {
    isMuted.current = muted;
  }, [muted]);
  const [told, setTold] = useState<Told>(null);
  useEffect(() => {
    if (id === null) return undefined;
    let heard = nothingHeard;
    let last = performance.now();
    const timer = setInterval(() => {
      const now = performance.now();
      const level = ear.read();
      if (level !== null) heard = hear(heard, level, isMuted.current, now - last);
      last = now;
      setTold(heard.told);
    }, lookMilliseconds);
    return () => {
      clearInterval(timer);
      setTold(null);
    };
  }, [id]);
  return told;
}
