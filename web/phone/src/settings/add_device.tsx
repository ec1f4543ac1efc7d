// SPDX-License-Identifier: Apache-2.0
import type { CreatedDevice, NewDevice } from '@dering/api/types';
import { Button, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState, type SubmitEvent } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './settings.module.css';
import { Trouble } from './trouble';

/** As many as the server lets one number have. */
export const mostDevices = 10;
/** Bytes of UTF-8; the server takes no more. */
const longestName = 64;

interface Properties {
  readonly onAdd: (device: NewDevice) => Promise<CreatedDevice>;
  readonly onAdded: (device: CreatedDevice) => void;
  readonly onCancel: () => void;
}

export function AddDevice({ onAdd, onAdded, onCancel }: Properties) {
  const { t } = useTranslation();
  const [name, setName] = useState('');
  const [isJudged, setJudged] = useState(false);
  const adding = useMutation({ mutationFn: onAdd, onSuccess: onAdded });
  const wanted = name.trim();
  const isTooLong = new TextEncoder().encode(wanted).length > longestName;
  const fault = wanted === '' ? t('devices.nameMissing') : isTooLong && t('devices.nameTooLong');
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    setJudged(true);
    if (fault === false) adding.mutate({ name: wanted });
  };
  return (
    <form className={classes.form} onSubmit={submit} noValidate data-testid="device-form">
      <TextInput
        size="md"
        label={t('devices.name')}
        description={t('devices.nameHint')}
        placeholder={t('devices.namePlaceholder')}
        autoComplete="off"
        required
        data-autofocus
        ref={focusOnce}
        value={name}
        error={isJudged && fault}
        onChange={(event) => setName(event.currentTarget.value)}
        data-testid="device-name"
      />
      <Trouble error={adding.error} conflict={t('devices.full', { count: mostDevices })} />
      <div className={classes.answers}>
        <Button variant="default" onClick={onCancel}>
          {t('devices.cancel')}
        </Button>
        <Button type="submit" loading={adding.isPending} data-testid="create-device">
          {t('devices.create')}
        </Button>
      </div>
    </form>
  );
}

/** The form opens by a click, and what one wants next is to type. */
function focusOnce(field: HTMLInputElement | null): void {
  field?.focus();
}
