// SPDX-License-Identifier: Apache-2.0
import { isNumber, numberOf } from '@dering/embed/number';
import { Button, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './remote_page.module.css';

interface Properties {
  readonly canCall: boolean;
  readonly onDial: (number: string) => void;
}

/** A number to call. */
export function RemoteDial({ canCall, onDial }: Properties) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState('');
  const number = numberOf(typed);
  const dial = (event: FormEvent) => {
    event.preventDefault();
    if (!isNumber(number)) return;
    onDial(number);
    setTyped('');
  };
  return (
    <form className={classes.row} onSubmit={dial}>
      <TextInput
        aria-label={t('remote.number')}
        placeholder={t('remote.number')}
        inputMode="tel"
        value={typed}
        onChange={({ currentTarget }) => setTyped(currentTarget.value)}
        data-testid="remote-number"
      />
      <Button type="submit" disabled={!canCall || !isNumber(number)} data-testid="remote-dial">
        {t('remote.dial')}
      </Button>
    </form>
  );
}
