// SPDX-License-Identifier: Apache-2.0
import { isAnswering, isServedATune, ringingOf, type Phone } from '@dering/sip/state';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { nameOf } from '../call/name_of';
import { player } from '../sound/player';
import type { Tone } from '../sound/tones';
import { notify } from './notification';

interface Properties {
  readonly phone: Phone;
  readonly wantsTune: boolean;
  /** Missed calls that nobody has seen. */
  readonly unseen: number;
}

/** Everything that tells the person about a call outside of the card: sound, title, notification. */
export function useRinging({ phone, wantsTune, unseen }: Properties): void {
  const { t } = useTranslation();
  const call = ringingOf(phone);
  const ringing = call !== null && !isAnswering(call) ? call : null;
  const tone = toneOf(phone, wantsTune);

  useEffect(() => {
    if (tone === null) return undefined;
    player.start(tone);
    return () => player.stop();
  }, [tone]);

  const id = ringing?.id;
  const title = ringing === null ? null : t('incoming.title', { name: nameOf(ringing.party, t) });
  useEffect(() => {
    const resting = unseen === 0 ? t('app.name') : `(${unseen}) ${t('app.name')}`;
    document.title = title === null ? resting : `\u{1F514} ${title}`;
  }, [title, unseen, t]);

  useEffect(() => {
    if (id === undefined || title === null) return undefined;
    return notify(id, title);
  }, [id, title]);
}

/** What sounds, the most important first. */
function toneOf(phone: Phone, wantsTune: boolean): Tone | null {
  const { call } = phone;
  const ringing = ringingOf(phone);
  if (ringing?.stage === 'ringing') return ringing === call ? 'ring' : 'waiting';
  if (call?.kind === 'ringing-out' && call.stage === 'ringing') return 'ringback';
  return wantsTune && isServedATune(call) ? 'tune' : null;
}
