// SPDX-License-Identifier: Apache-2.0
import type { CreatedDevice, DeviceServer } from '@dering/api/types';
import { Button } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { CopyField } from './copy_field';
import classes from './settings.module.css';

interface Properties {
  readonly device: CreatedDevice;
  readonly server: DeviceServer;
  readonly onDone: () => void;
}

/** What to type into the phone. The server keeps no password, so this is the only time it is seen. */
export function CredentialsCard({ device, server, onDone }: Properties) {
  const { t } = useTranslation();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const fields = [
    ['server', server.host],
    ['port', String(server.port)],
    ['transport', server.transports.map((each) => each.toUpperCase()).join(', ')],
    ['username', device.username],
    ['password', device.password],
    ['domain', server.domain],
  ] as const;
  return (
    <section className={classes.created} aria-labelledby="created-title" data-testid="created">
      <h2 id="created-title" ref={heading} tabIndex={-1} className={classes.subtitle}>
        {t('devices.createdTitle', { name: device.name })}
      </h2>
      <p>{t('devices.createdHint')}</p>
      <dl className={classes.fields}>
        {fields.map(([field, value]) => (
          <CopyField key={field} label={t(`devices.${field}`)} value={value} testId={field} />
        ))}
      </dl>
      <p className={classes.dimmed}>{t('devices.usernameHint')}</p>
      <div className={classes.answers}>
        <Button onClick={onDone} data-testid="created-done">
          {t('devices.done')}
        </Button>
      </div>
    </section>
  );
}
