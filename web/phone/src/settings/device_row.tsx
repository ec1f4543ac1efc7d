// SPDX-License-Identifier: Apache-2.0
import type { Device } from '@dering/api/types';
import { ActionIcon, Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../shared/dialog';
import { Icon } from '../shared/icon';
import { dateOf, dayText } from '../shared/moment';
import classes from './settings.module.css';
import { Trouble } from './trouble';

interface Properties {
  readonly device: Device;
  readonly onRemove: () => Promise<void>;
  readonly onRemoved: () => void;
}

const codecNames: Readonly<Record<string, string>> = {
  opus: 'Opus',
  g722: 'G.722',
  pcmu: 'PCMU',
  pcma: 'PCMA',
};

function shownCodec(name: string): string {
  return codecNames[name] ?? name;
}

/** One desk phone, and the way to be rid of it. */
export function DeviceRow({ device, onRemove, onRemoved }: Properties) {
  const { t, i18n } = useTranslation();
  const [asks, setAsks] = useState(false);
  const [now] = useState(() => new Date());
  const removal = useMutation({ mutationFn: onRemove, onSuccess: onRemoved });
  const { name, username, renew, created_at: createdAt, registered, codecs } = device;
  const facts = [
    username,
    createdAt > 0 && t('devices.since', { date: dayText(dateOf(createdAt), now, i18n.language) }),
  ].filter(Boolean);
  return (
    <li className={classes.row} data-testid={`device-${device.id}`}>
      <span className={classes.icon} data-on={registered || undefined}>
        <Icon name="deskPhone" />
      </span>
      <span className={classes.texts}>
        <span className={classes.name}>{name}</span>
        <span className={classes.small}>{t('devices.kindPhone')}</span>
        <span className={classes.small}>{facts.join(' · ')}</span>
        {codecs && (
          <span className={classes.small} data-testid={`codecs-${device.id}`}>
            {t('devices.codecs', { codecs: codecs.map((codec) => shownCodec(codec)).join(', ') })}
          </span>
        )}
        {renew === true && (
          <span className={classes.small} data-testid={`renew-${device.id}`}>
            {t('devices.renew')}
          </span>
        )}
        {registered !== undefined && (
          <span className={classes.small}>
            {registered ? t('devices.registered') : t('devices.notRegistered')}
          </span>
        )}
      </span>
      <ActionIcon
        variant="subtle"
        color="red"
        size={40}
        aria-label={t('devices.removeNamed', { name })}
        onClick={() => setAsks(true)}
        data-testid={`remove-${device.id}`}
      >
        <Icon name="trash" />
      </ActionIcon>
      <Dialog
        opened={asks}
        onClose={() => setAsks(false)}
        title={t('devices.removeTitle', { name })}
      >
        <p>{t('devices.removeHint')}</p>
        <Trouble error={removal.error} />
        <div className={classes.answers}>
          <Button variant="default" onClick={() => setAsks(false)} data-autofocus>
            {t('devices.cancel')}
          </Button>
          <Button
            color="red"
            loading={removal.isPending}
            onClick={() => removal.mutate()}
            data-testid="confirm-remove"
          >
            {t('devices.remove')}
          </Button>
        </div>
      </Dialog>
    </li>
  );
}
