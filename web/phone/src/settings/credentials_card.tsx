// SPDX-License-Identifier: Apache-2.0
import type { CreatedDevice, DeviceServer } from '@dering/api/types';
import { Button } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { CopyField } from './copy_field';
import phoneFields from './phone_fields.json';
import classes from './settings.module.css';

interface Properties {
  readonly device: CreatedDevice;
  readonly server: DeviceServer;
  readonly onDone: () => void;
}

/**
 * What to type into the phone, as phones name it: phone_fields.json, which the test with real phones
 * reads too. The server keeps no password, so this is the only time it is seen.
 */
export function CredentialsCard({ device, server, onDone }: Properties) {
  const { t } = useTranslation();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const values = {
    'server.host': server.host,
    'server.port': String(server.port),
    'server.transports': server.transports.map((each) => each.toUpperCase()).join(', '),
    'server.domain': server.domain,
    'device.username': device.username,
    'device.password': device.password,
  };
  return (
    <section className={classes.created} aria-labelledby="created-title" data-testid="created">
      <h2 id="created-title" ref={heading} tabIndex={-1} className={classes.subtitle}>
        {t('devices.createdTitle', { name: device.name })}
      </h2>
      <p>{t('devices.createdHint')}</p>
      <dl className={classes.fields}>
        {phoneFields.map(({ field, from }) => (
          <CopyField
            key={field}
            label={t(`devices.${field}` as 'devices.server')}
            value={values[from as keyof typeof values]}
            testId={field}
          />
        ))}
      </dl>
      <p className={classes.dimmed}>{t('devices.usernameHint')}</p>
      <p className={classes.dimmed}>{t('devices.reachHint')}</p>
      <div className={classes.answers}>
        <Button onClick={onDone} data-testid="created-done">
          {t('devices.done')}
        </Button>
      </div>
    </section>
  );
}
