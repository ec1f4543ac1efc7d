// SPDX-License-Identifier: Apache-2.0
import { isHeldByUs } from '@dering/sip/state';
import { isUnderWay } from '@dering/sip/joining';
import { ActionIcon, Button, Tooltip } from '@mantine/core';
import { useRef, type Ref } from 'react';
import { useTranslation } from 'react-i18next';
import { Avatar } from '../shared/avatar';
import { Icon, type IconName } from '../shared/icon';
import { isServiceNumber } from '../shared/service_numbers';
import { useLostFocus } from '../shared/use_lost_focus';
import classes from './call_bar.module.css';
import { stateText, type ActiveCall } from './call_text';
import { nameOf } from './name_of';
import { useTelephone } from './telephone_context';
import { Timer } from './timer';

interface Properties {
  readonly call: ActiveCall;
  readonly keypadOpen: boolean;
  readonly onKeypad: () => void;
  /** Not there while whom the call is with cannot be sent on. */
  readonly onTransfer: (() => void) | undefined;
  readonly onShow: () => void;
}

/** Who, how long, and the things one does in a call; on every page, at the foot. */
export function CallBar({ call, keypadOpen, onKeypad, onTransfer, onShow }: Properties) {
  const { t } = useTranslation();
  const telephone = useTelephone();
  const name = nameOf(call.party, t);
  const talking = call.kind === 'talking';
  const muted = talking && call.muted;
  const held = talking && isHeldByUs(call);
  const isAlone = isUnderWay(call);
  // Who calls may want to give up; who talks does not end it by a key that was meant for an answer.
  const next = useRef<HTMLButtonElement>(null);
  useLostFocus(next);
  return (
    <section className={classes.bar} aria-label={t('call.bar')} data-testid="call-bar">
      <button type="button" className={classes.who} onClick={onShow} title={t('call.show')}>
        <Avatar name={name} />
        <span className={classes.texts}>
          <span className={classes.name}>{name}</span>
          <State call={call} />
        </span>
      </button>
      <div className={classes.controls}>
        <BarButton
          ref={talking ? next : undefined}
          icon={muted ? 'microphoneOff' : 'microphone'}
          label={muted ? t('call.unmute') : t('call.mute')}
          shortcut="M"
          pressed={muted}
          disabled={!talking}
          onClick={() => telephone.toggleMute()}
          testId="mute"
        />
        <BarButton
          icon={held ? 'play' : 'pause'}
          label={held ? t('call.resume') : t('call.hold')}
          shortcut="H"
          pressed={held}
          disabled={!talking || isAlone}
          onClick={() => telephone.toggleHold()}
          testId="hold"
        />
        <BarButton
          icon="keypad"
          label={t('call.keypad')}
          shortcut="D"
          pressed={keypadOpen}
          disabled={!talking || isAlone}
          onClick={onKeypad}
          testId="keypad"
        />
        <BarButton
          icon="transfer"
          label={t('transfer.action')}
          shortcut="T"
          disabled={onTransfer === undefined}
          onClick={() => onTransfer?.()}
          testId="transfer"
        />
        <BarButton
          icon="park"
          label={t('parking.action')}
          disabled={onTransfer === undefined}
          onClick={() => telephone.transfers.park()}
          testId="park"
        />
        <Button
          ref={talking ? undefined : next}
          color="red"
          radius="xl"
          size="md"
          className={classes.hangUp ?? ''}
          leftSection={<Icon name="hangUp" size={22} />}
          onClick={() => telephone.hangUp()}
          data-testid="hang-up"
        >
          {t('call.hangUp')}
        </Button>
      </div>
    </section>
  );
}

function State({ call }: Pick<Properties, 'call'>) {
  const { t } = useTranslation();
  const talking = call.kind === 'talking';
  const isSealed = call.reach.kind === 'sealed' && !isServiceNumber(call.party.number);
  return (
    <span className={classes.state} data-stage={call.stage}>
      <span
        data-testid="call-state"
        data-state={call.kind}
        data-stage={call.stage}
        data-hold={talking ? call.hold : undefined}
      >
        {stateText(call, t)}
      </span>
      {talking && (
        <>
          {' · '}
          <Timer since={call.since} />
        </>
      )}
      {talking && call.seal !== null && isSealed && !isUnderWay(call) && (
        <span className={classes.lock} title={t('seal.title')}>
          <Icon name="lock" size={15} />
          <span className="visually-hidden">{t('seal.title')}</span>
        </span>
      )}
    </span>
  );
}

interface ButtonProperties {
  readonly ref?: Ref<HTMLButtonElement> | undefined;
  readonly icon: IconName;
  readonly label: string;
  /** Not of one that sends somebody away: no key shall do that by itself. */
  readonly shortcut?: string;
  /** Not of a button that only does something. */
  readonly pressed?: boolean;
  readonly disabled: boolean;
  readonly onClick: () => void;
  readonly testId: string;
}

function BarButton(properties: ButtonProperties) {
  const { ref, icon, label, shortcut, pressed, disabled, onClick, testId } = properties;
  return (
    <Tooltip label={shortcut === undefined ? label : `${label} (${shortcut})`} openDelay={400}>
      <ActionIcon
        ref={ref}
        size={46}
        radius="xl"
        variant={pressed === true ? 'filled' : 'default'}
        aria-label={label}
        aria-pressed={pressed}
        aria-keyshortcuts={shortcut}
        disabled={disabled}
        onClick={onClick}
        data-testid={testId}
      >
        <Icon name={icon} size={22} />
      </ActionIcon>
    </Tooltip>
  );
}
