// SPDX-License-Identifier: Apache-2.0
import type { Person } from '@dering/api/types';
import type { RingingIn } from '@dering/sip/state';
import { Button } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Avatar } from '../shared/avatar';
import { Icon } from '../shared/icon';
import { isTyping } from '../shared/is_typing';
import { isWithheld } from '../shared/withheld';
import { sentText } from './call_text';
import { DeclineForm } from './decline_form';
import { nameOf } from './name_of';
import classes from './incoming_card.module.css';
import { useTelephone } from './telephone_context';

interface Properties {
  readonly call: RingingIn;
  /** Who it is, if the directory knows the number. */
  readonly person: Person | undefined;
}

/** Somebody calls. Not modal: the person may finish a sentence elsewhere on the page first. */
export function IncomingCard({ call, person }: Properties) {
  const { t } = useTranslation();
  const { number } = call.party;
  const name = person?.name || nameOf(call.party, t);
  const facts = [isWithheld(number) ? '' : number, person?.unit];
  const hints = {
    ringing: t('incoming.silenceHint'),
    silenced: t('incoming.silenced'),
    answering: t('incoming.answering'),
    connecting: t('incoming.connecting'),
  };
  return (
    <section
      className={classes.card}
      role="alertdialog"
      aria-labelledby="incoming-label incoming-name"
      aria-describedby="incoming-hint"
      data-testid="incoming"
    >
      <div className={classes.who}>
        <Avatar name={name} size="medium" pulsing={call.stage === 'ringing'} />
        <div className={classes.texts}>
          <p id="incoming-label" className={classes.label}>
            {t('incoming.label')}
          </p>
          <h2 id="incoming-name" className={classes.name} data-testid="incoming-name">
            {name}
          </h2>
          <p className={classes.facts}>
            {facts.filter((text) => text && text !== name).join(' · ')}
          </p>
          {call.sent !== null && (
            <p className={classes.facts} data-testid="incoming-sent">
              {sentText(call.sent, t)}
            </p>
          )}
        </div>
      </div>
      <Buttons call={call} />
      <p id="incoming-hint" className={classes.hint}>
        {hints[call.stage]}
      </p>
    </section>
  );
}

function Buttons({ call }: Pick<Properties, 'call'>) {
  const { t } = useTranslation();
  const telephone = useTelephone();
  const [isWriting, setWriting] = useState(false);
  const answer = useRef<HTMLButtonElement>(null);
  const message = useRef<HTMLButtonElement>(null);
  const wasWriting = useRef(false);
  useEffect(() => {
    if (!isTyping()) answer.current?.focus();
  }, []);
  useEffect(() => {
    if (wasWriting.current && !isWriting) message.current?.focus();
    wasWriting.current = isWriting;
  }, [isWriting]);
  if (isWriting) {
    return (
      <DeclineForm
        onDecline={(note) => telephone.decline('declined', note)}
        onClose={() => setWriting(false)}
      />
    );
  }
  return (
    <div className={classes.buttons}>
      <Button
        variant="subtle"
        color="gray"
        radius="xl"
        leftSection={<Icon name="bellOff" size={18} />}
        disabled={call.stage !== 'ringing'}
        aria-keyshortcuts="Escape"
        title={t('incoming.silenceHint')}
        onClick={() => {
          telephone.silence();
          answer.current?.focus();
        }}
        data-testid="silence"
      >
        {t('incoming.silence')}
      </Button>
      <Button
        ref={message}
        variant="subtle"
        color="gray"
        radius="xl"
        leftSection={<Icon name="message" size={18} />}
        aria-expanded={false}
        title={t('incoming.message.title')}
        onClick={() => setWriting(true)}
        data-testid="message"
      >
        {t('incoming.message.action')}
      </Button>
      <Button
        color="red"
        variant="light"
        size="md"
        radius="xl"
        leftSection={<Icon name="hangUp" />}
        onClick={() => telephone.decline()}
        data-testid="decline"
      >
        {t('incoming.decline')}
      </Button>
      <Button
        ref={answer}
        color="green"
        size="md"
        radius="xl"
        leftSection={<Icon name="phone" />}
        loading={call.stage === 'answering' || call.stage === 'connecting'}
        onClick={() => void telephone.answer()}
        data-testid="answer"
      >
        {t('incoming.answer')}
      </Button>
    </div>
  );
}
