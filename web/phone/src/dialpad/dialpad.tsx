// SPDX-License-Identifier: Apache-2.0
import { ActionIcon, Button, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from '../shared/icon';
import { Keys } from '../shared/keys';
import { echoNumber } from '../shared/service_numbers';
import classes from './dialpad.module.css';

interface Properties {
  readonly canCall: boolean;
  readonly onKey: (key: string) => void;
  readonly onDial: (number: string) => void;
}

const longestNumber = 32;

export function Dialpad({ canCall, onKey, onDial }: Properties) {
  const { t } = useTranslation();
  const [number, setNumber] = useState('');
  const change = (value: string) =>
    setNumber(value.replace(/[^0-9*#+]/g, '').slice(0, longestNumber));
  return (
    <form
      className={classes.dialpad}
      onSubmit={(event) => {
        event.preventDefault();
        if (number !== '' && canCall) onDial(number);
      }}
    >
      <TextInput
        size="lg"
        variant="unstyled"
        inputMode="tel"
        autoComplete="off"
        aria-label={t('dialpad.number')}
        placeholder={t('dialpad.number')}
        value={number}
        onChange={(event) => change(event.currentTarget.value)}
        classNames={{ input: classes.number ?? '' }}
        rightSection={
          number !== '' && (
            <ActionIcon
              variant="subtle"
              color="gray"
              size="lg"
              aria-label={t('dialpad.delete')}
              onClick={() => setNumber(number.slice(0, -1))}
            >
              <Icon name="backspace" />
            </ActionIcon>
          )
        }
        data-testid="dialpad-number"
      />
      <Keys
        label={t('dialpad.title')}
        onKey={(key) => {
          onKey(key);
          change(number + key);
        }}
      />
      <Button
        type="submit"
        size="lg"
        radius="xl"
        color="green"
        leftSection={<Icon name="phone" />}
        disabled={number === '' || !canCall}
        data-testid="dialpad-call"
      >
        {t('dialpad.call')}
      </Button>
      <Button
        variant="subtle"
        disabled={!canCall}
        onClick={() => onDial(echoNumber)}
        data-testid="echo-test"
      >
        {t('dialpad.echo')} · {echoNumber}
      </Button>
    </form>
  );
}
