// SPDX-License-Identifier: Apache-2.0
import type { CreatedDevice, DeviceServer } from '@dering/api/types';
import { Button, NativeSelect } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CopyField } from './copy_field';
import phoneFields from './phone_fields.json';
import phoneMakers from './phone_makers.json';
import classes from './settings.module.css';

interface Properties {
  readonly device: CreatedDevice;
  readonly server: DeviceServer;
  readonly onDone: () => void;
}

interface Field {
  readonly key: string;
  readonly label: string;
  readonly value: string;
}

/** The fields of a maker's phone in that maker's words and order; null for a maker we do not know. */
function fieldsOf(maker: string, values: ReadonlyMap<string, string>): readonly Field[] | null {
  const known = phoneMakers.find((each) => each.maker === maker);
  if (known === undefined) return null;
  return known.fields.map(({ label, value }) => ({
    key: label,
    label,
    value: value.replaceAll(/\{(\w+)\}/g, (_, name: string) => values.get(name) ?? ''),
  }));
}

/**
 * What to type into the phone, as phones name it: phone_fields.json, which the test with real phones
 * reads too, or as the phone's maker names it. The server keeps no password, so this is the only time
 * it is seen.
 */
export function CredentialsCard({ device, server, onDone }: Properties) {
  const { t } = useTranslation();
  const heading = useRef<HTMLHeadingElement>(null);
  const [maker, setMaker] = useState('');
  const [isSecure, setSecure] = useState(false);
  useEffect(() => heading.current?.focus(), []);
  const transports = server.transports.filter((each) => (each === 'tls') === isSecure);
  const known = {
    'server.host': server.host,
    'server.port': String(isSecure ? server.tls_port : server.port),
    'server.transports': transports.map((each) => each.toUpperCase()).join(', '),
    'server.domain': server.domain,
    'device.username': device.username,
    'device.password': device.password,
  };
  const general = phoneFields.map(({ field, from }) => ({
    key: field,
    label: t(`devices.${field}` as 'devices.server'),
    value: known[from as keyof typeof known],
  }));
  const fields = fieldsOf(maker, new Map(general.map(({ key, value }) => [key, value]))) ?? general;
  return (
    <section className={classes.created} aria-labelledby="created-title" data-testid="created">
      <h2 id="created-title" ref={heading} tabIndex={-1} className={classes.subtitle}>
        {t('devices.createdTitle', { name: device.name })}
      </h2>
      <p>{t('devices.createdHint')}</p>
      <NativeSelect
        size="md"
        label={t('devices.maker')}
        description={maker === '' ? undefined : t('devices.makerHint')}
        data={[
          { value: '', label: t('devices.makerOther') },
          ...phoneMakers.map((each) => each.maker),
        ]}
        value={maker}
        onChange={(event) => setMaker(event.currentTarget.value)}
        data-testid="maker"
      />
      <NativeSelect
        size="md"
        label={t('devices.connection')}
        description={isSecure ? t('devices.secureHint') : undefined}
        data={[
          { value: 'open', label: t('devices.open') },
          { value: 'secure', label: t('devices.secure') },
        ]}
        value={isSecure ? 'secure' : 'open'}
        onChange={(event) => setSecure(event.currentTarget.value === 'secure')}
        data-testid="connection"
      />
      <dl className={classes.fields}>
        {fields.map(({ key, label, value }) => (
          <CopyField key={`${maker}/${key}/${value}`} label={label} value={value} testId={key} />
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
