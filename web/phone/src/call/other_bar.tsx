// SPDX-License-Identifier: Apache-2.0
import { isAnswering, type Call, type RingingIn, type Talking } from '@dering/sip/state';
import { isConsultation, isUnderWay, pairOf } from '@dering/sip/joining';
import { ActionIcon, Button } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Avatar } from '../shared/avatar';
import { Icon } from '../shared/icon';
import { stateText } from './call_text';
import { DeclineForm } from './decline_form';
import { nameOf } from './name_of';
import classes from './other_bar.module.css';
import { usePhone, useTelephone } from './telephone_context';
import { TransferNote } from './transfer_note';

interface Properties {
  readonly front: Call | null;
  readonly other: RingingIn | Talking;
}

/** The call beside the one in front: it waits to be answered, or is on hold. */
export function OtherBar({ front, other }: Properties) {
  if (other.kind === 'ringing-in') return <Waiting call={other} front={front} />;
  return <Held call={other} front={front} />;
}

function Waiting({ call, front }: { readonly call: RingingIn; readonly front: Call | null }) {
  const { t } = useTranslation();
  const name = nameOf(call.party, t);
  const hint = front === null ? '' : t('waiting.hint', { name: nameOf(front.party, t) });
  return (
    <section
      className={classes.bar}
      role="alertdialog"
      aria-labelledby="waiting-name"
      aria-describedby="waiting-hint"
      data-kind="waiting"
      data-testid="waiting"
    >
      <Avatar name={name} size="medium" pulsing={call.stage === 'ringing'} />
      <p className={classes.texts}>
        <strong id="waiting-name" className={classes.name}>
          {t('waiting.calls', { name })}
        </strong>
        <span id="waiting-hint" className={classes.hint}>
          {hint}
        </span>
      </p>
      <WaitingButtons call={call} />
    </section>
  );
}

function WaitingButtons({ call }: { readonly call: RingingIn }) {
  const { t } = useTranslation();
  const telephone = useTelephone();
  const [isWriting, setWriting] = useState(false);
  const message = useRef<HTMLButtonElement>(null);
  const wasWriting = useRef(false);
  useEffect(() => {
    if (wasWriting.current && !isWriting) message.current?.focus();
    wasWriting.current = isWriting;
  }, [isWriting]);
  if (isWriting) {
    return (
      <div className={classes.form}>
        <DeclineForm
          onDecline={(note) => telephone.decline('declined', note)}
          onClose={() => setWriting(false)}
        />
      </div>
    );
  }
  return (
    <div className={classes.buttons}>
      <ActionIcon
        ref={message}
        variant="default"
        size={36}
        className={classes.message ?? ''}
        aria-label={t('incoming.message.title')}
        aria-expanded={false}
        title={t('incoming.message.title')}
        onClick={() => setWriting(true)}
        data-testid="waiting-message"
      >
        <Icon name="message" size={18} />
      </ActionIcon>
      <Button
        variant="default"
        onClick={() => telephone.decline('busy')}
        title={t('waiting.busyHint')}
        data-testid="waiting-busy"
      >
        {t('waiting.busy')}
      </Button>
      <Button
        variant="light"
        color="red"
        onClick={() => telephone.decline()}
        data-testid="waiting-decline"
      >
        {t('incoming.decline')}
      </Button>
      <Button
        color="green"
        loading={isAnswering(call)}
        aria-keyshortcuts="A"
        onClick={() => void telephone.answer()}
        data-testid="waiting-answer"
      >
        {t('waiting.answer')}
      </Button>
    </div>
  );
}

function Held({ call, front }: { readonly call: Talking; readonly front: Call | null }) {
  const { t } = useTranslation();
  const name = nameOf(call.party, t);
  const isAsked = isConsultation(front, call);
  const to = front === null ? '' : nameOf(front.party, t);
  return (
    <section
      className={classes.bar}
      aria-label={t('other.bar', { name })}
      data-kind="held"
      data-testid="other"
    >
      <Avatar name={name} size="medium" />
      <div className={classes.texts}>
        <strong className={classes.name}>{name}</strong>
        <span className={classes.hint} data-testid="other-state">
          {isAsked && !isUnderWay(call) ? t('transfer.waits', { to }) : stateText(call, t)}
        </span>
        <TransferNote call={call} />
      </div>
      <HeldButtons name={name} isAsked={isAsked} canSwap={front?.kind === 'talking'} />
    </section>
  );
}

interface ButtonsProperties {
  readonly name: string;
  /** The call in front is there to ask about this one. */
  readonly isAsked: boolean;
  readonly canSwap: boolean;
}

function HeldButtons({ name, isAsked, canSwap }: ButtonsProperties) {
  const { t } = useTranslation();
  const telephone = useTelephone();
  const phone = usePhone((whole) => whole);
  const pair = pairOf(phone);
  const hint = pair && {
    name: nameOf(pair.held.party, t),
    to: nameOf(pair.asked.party, t),
  };
  return (
    <div className={classes.buttons}>
      <Button
        variant="light"
        leftSection={<Icon name="swap" size={18} />}
        disabled={!canSwap || isUnderWay(phone.other)}
        aria-keyshortcuts="S"
        onClick={() => telephone.swap()}
        data-testid="swap"
      >
        {t('other.swap')}
      </Button>
      {isAsked && (
        <Button
          variant="default"
          leftSection={<Icon name="back" size={18} />}
          disabled={isUnderWay(phone.other)}
          onClick={() => telephone.transfers.goBack()}
          data-testid="go-back"
        >
          {t('transfer.goBack', { name })}
        </Button>
      )}
      <Button
        leftSection={<Icon name="transfer" size={18} />}
        disabled={pair === null || phone.link !== 'ready'}
        aria-keyshortcuts="T"
        title={hint ? t('transfer.connectHint', hint) : undefined}
        onClick={() => telephone.transfers.connect()}
        data-testid="connect"
      >
        {isAsked ? t('transfer.handOver') : t('transfer.connect')}
      </Button>
    </div>
  );
}
