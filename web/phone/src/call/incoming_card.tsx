// SPDX-License-Identifier: Apache-2.0
import type { Person } from '@dering/api/types';
import type { RingingIn } from '@dering/sip/state';
import { ActionIcon, Button } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Avatar } from '../shared/avatar';
import { Icon } from '../shared/icon';
import { isTyping } from '../shared/is_typing';
import { isWithheld } from '../shared/withheld';
import { sentText } from './call_text';
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
  const answer = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (!isTyping()) answer.current?.focus();
  }, []);
  return (
    <div className={classes.buttons}>
      {call.stage === 'ringing' && (
        <ActionIcon
          variant="default"
          size={42}
          radius="xl"
          className={classes.silence ?? ''}
          aria-label={t('incoming.silence')}
          aria-keyshortcuts="Escape"
          title={t('incoming.silenceHint')}
          onClick={() => telephone.silence()}
          data-testid="silence"
        >
          <Icon name="bellOff" />
        </ActionIcon>
      )}
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
