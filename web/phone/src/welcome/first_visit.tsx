// SPDX-License-Identifier: Apache-2.0
import { Button } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon, type IconName } from '../shared/icon';
import { LevelMeter } from '../sound/level_meter';
import { player } from '../sound/player';
import { useMicrophone } from '../sound/use_microphone';
import { useRingNow } from '../sound/use_ring_now';
import classes from './first_visit.module.css';

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
  // Who comes back to this card may have allowed it long ago, and opens it by a click all the same.
  const { state, open } = useMicrophone(false);
  const ask = () => {
    player.unlock();
    open();
  };
  const hint =
    state.kind === 'trouble' ? t(`sound.trouble.${state.why}`) : t('welcome.microphoneHint');
  const action = t('welcome.microphoneAllow');
  return (
    <Step icon="microphone" title={t('welcome.microphone')} hint={hint}>
      {state.kind === 'open' ? (
        <Done label={t('welcome.microphoneReady')} />
      ) : (
        <Button
          variant="light"
          loading={state.kind === 'asking'}
          aria-label={`${action}: ${t('welcome.microphone')}`}
          onClick={ask}
          data-testid="allow-microphone"
        >
          {action}
        </Button>
      )}
      {state.kind === 'open' && <LevelMeter microphone={state.stream} />}
    </Step>
  );
}

function RingStep() {
  const { t } = useTranslation();
  const { isRinging, toggle } = useRingNow();
  const action = isRinging ? t('welcome.ringStop') : t('welcome.ringPlay');
  return (
    <Step icon="volume" title={t('welcome.ring')} hint={t('welcome.ringHint')}>
      <Button
        variant="light"
        aria-label={`${action}: ${t('welcome.ring')}`}
        onClick={toggle}
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
