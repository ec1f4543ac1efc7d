// SPDX-License-Identifier: Apache-2.0
import { Button } from '@mantine/core';
import { useEffect, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon, type IconName } from '../shared/icon';
import { player } from '../sound/player';
import classes from './first_visit.module.css';

type Permission = 'ask' | 'granted' | 'denied';

interface Properties {
  readonly canCall: boolean;
  readonly onEcho: () => void;
  readonly onDone: () => void;
}

/** Everything a browser wants a click for, once, before the first call needs it. */
export function FirstVisit({ canCall, onEcho, onDone }: Properties) {
  const { t } = useTranslation();
  return (
    <section className={classes.card} aria-labelledby="welcome-title" data-testid="first-visit">
      <h1 id="welcome-title" className={classes.title}>
        {t('welcome.title')}
      </h1>
      <p className={classes.hint}>{t('welcome.hint')}</p>
      <ul className={classes.steps}>
        <MicrophoneStep />
        <RingStep />
        <NotificationStep />
        <Step icon="phone" title={t('welcome.echo')} hint={t('welcome.echoHint')}>
          <Button
            variant="light"
            disabled={!canCall}
            aria-label={`${t('welcome.echoCall')}: ${t('welcome.echo')}`}
            onClick={onEcho}
            data-testid="welcome-echo"
          >
            {t('welcome.echoCall')}
          </Button>
        </Step>
      </ul>
      <Button onClick={onDone} data-testid="welcome-done">
        {t('welcome.done')}
      </Button>
    </section>
  );
}

function MicrophoneStep() {
  const { t } = useTranslation();
  const [permission, setPermission] = useState<Permission>('ask');
  useEffect(() => {
    // Firefox before 131 does not know this permission by name.
    navigator.permissions
      ?.query({ name: 'microphone' as PermissionName })
      .then(({ state }) => setPermission(state === 'prompt' ? 'ask' : state))
      .catch(() => {});
  }, []);
  const ask = async () => {
    player.unlock();
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
      for (const track of stream.getTracks()) track.stop();
      setPermission('granted');
    } catch {
      setPermission('denied');
    }
  };
  const hint =
    permission === 'denied' ? t('welcome.microphoneBlocked') : t('welcome.microphoneHint');
  return (
    <Step icon="microphone" title={t('welcome.microphone')} hint={hint}>
      {permission === 'granted' ? (
        <Done label={t('welcome.microphoneReady')} />
      ) : (
        <Button
          variant="light"
          aria-label={`${t('welcome.microphoneAllow')}: ${t('welcome.microphone')}`}
          onClick={() => void ask()}
          data-testid="allow-microphone"
        >
          {t('welcome.microphoneAllow')}
        </Button>
      )}
    </Step>
  );
}

function RingStep() {
  const { t } = useTranslation();
  const [playing, setPlaying] = useState(false);
  useEffect(() => {
    if (!playing) return undefined;
    player.unlock();
    player.start('ring');
    const timer = setTimeout(() => setPlaying(false), 6_000);
    return () => {
      clearTimeout(timer);
      player.stop();
    };
  }, [playing]);
  const action = playing ? t('welcome.ringStop') : t('welcome.ringPlay');
  return (
    <Step icon="volume" title={t('welcome.ring')} hint={t('welcome.ringHint')}>
      <Button
        variant="light"
        aria-label={`${action}: ${t('welcome.ring')}`}
        onClick={() => setPlaying(!playing)}
        data-testid="test-ring"
      >
        {action}
      </Button>
    </Step>
  );
}

function NotificationStep() {
  const { t } = useTranslation();
  const [permission, setPermission] = useState<NotificationPermission>(() =>
    'Notification' in globalThis ? Notification.permission : 'denied',
  );
  const hint = permission === 'denied' ? t('welcome.notifyBlocked') : t('welcome.notifyHint');
  const ask = () => void Notification.requestPermission().then(setPermission);
  return (
    <Step icon="bell" title={t('welcome.notify')} hint={hint}>
      {permission === 'granted' && <Done label={t('welcome.notifyReady')} />}
      {permission === 'default' && (
        <Button
          variant="light"
          aria-label={`${t('welcome.notifyAllow')}: ${t('welcome.notify')}`}
          onClick={ask}
          data-testid="allow-notifications"
        >
          {t('welcome.notifyAllow')}
        </Button>
      )}
    </Step>
  );
}

function Done({ label }: { readonly label: string }) {
  return (
    <span className={classes.done}>
      <Icon name="check" size={18} />
      {label}
    </span>
  );
}

interface StepProperties {
  readonly icon: IconName;
  readonly title: string;
  readonly hint: string;
  readonly children: ReactNode;
}

function Step({ icon, title, hint, children }: StepProperties) {
  return (
    <li className={classes.step}>
      <span className={classes.icon}>
        <Icon name={icon} />
      </span>
      <span className={classes.texts}>
        <span className={classes.name}>{title}</span>
        <span className={classes.small}>{hint}</span>
      </span>
      {children}
    </li>
  );
}
