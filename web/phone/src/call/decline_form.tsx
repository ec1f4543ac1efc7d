// SPDX-License-Identifier: Apache-2.0
import { longestNote } from '@dering/sip/note';
import { Button, CloseButton, TextInput } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLatest } from '../shared/use_latest';
import classes from './decline_form.module.css';

const ready = ['later', 'meeting', 'mail'] as const;

interface Properties {
  /** With these words. */
  readonly onDecline: (note: string) => void;
  readonly onClose: () => void;
}

/** What to say to who calls when one declines: a sentence that is ready, or one's own. */
export function DeclineForm({ onDecline, onClose }: Properties) {
  const { t } = useTranslation();
  const [own, setOwn] = useState('');
  const first = useRef<HTMLButtonElement>(null);
  useEffect(() => first.current?.focus(), []);
  const form = useRef<HTMLDivElement>(null);
  const close = useLatest(onClose);
  useEffect(() => {
    // Escape means this form alone, not the call.
    const listen = (event: KeyboardEvent) => {
      if (event.key !== 'Escape') return;
      event.stopPropagation();
      close();
    };
    const its = form.current;
    its?.addEventListener('keydown', listen);
    return () => its?.removeEventListener('keydown', listen);
  }, [close]);
  return (
    <div
      ref={form}
      className={classes.form}
      role="group"
      aria-labelledby="decline-title"
      data-testid="decline-form"
    >
      <div className={classes.head}>
        <h3 id="decline-title" className={classes.title}>
          {t('incoming.message.title')}
        </h3>
        <CloseButton aria-label={t('app.close')} size="lg" onClick={onClose} />
      </div>
      {ready.map((each, place) => (
        <Button
          key={each}
          ref={place === 0 ? first : undefined}
          variant="default"
          justify="flex-start"
          className={classes.sentence ?? ''}
          onClick={() => onDecline(t(`incoming.message.${each}`))}
          data-testid={`decline-${each}`}
        >
          {t(`incoming.message.${each}`)}
        </Button>
      ))}
      <form
        className={classes.own}
        onSubmit={(event) => {
          event.preventDefault();
          if (own.trim() !== '') onDecline(own);
        }}
      >
        <TextInput
          className={classes.field ?? ''}
          size="md"
          aria-label={t('incoming.message.own')}
          placeholder={t('incoming.message.own')}
          maxLength={longestNote}
          value={own}
          onChange={(event) => setOwn(event.currentTarget.value)}
          data-testid="decline-own"
        />
        <Button
          type="submit"
          size="md"
          color="red"
          disabled={own.trim() === ''}
          data-testid="decline-send"
        >
          {t('incoming.decline')}
        </Button>
      </form>
    </div>
  );
}
