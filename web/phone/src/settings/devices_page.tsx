// SPDX-License-Identifier: Apache-2.0
import type { Api } from '@dering/api/client';
import type { CreatedDevice, Me, Person } from '@dering/api/types';
import { Button, Loader } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from '../shared/icon';
import { AddDevice, mostDevices } from './add_device';
import { CredentialsCard } from './credentials_card';
import { DeviceRow } from './device_row';
import { OwnerChooser } from './owner_chooser';
import { Page } from './page';
import { Refusals } from './refusals';
import classes from './settings.module.css';
import { Trouble } from './trouble';

interface Properties {
  readonly api: Api;
  readonly me: Me;
  readonly people: readonly Person[];
  readonly onClose: () => void;
}

/** The desk phones of a person: their own, or for an administrator anybody's. */
export function DevicesPage({ api, me, people, onClose }: Properties) {
  const { t } = useTranslation();
  const [chosen, choose] = useState(me.extension);
  const owner =
    chosen === me.extension ? null : (people.find(({ extension }) => extension === chosen) ?? null);
  const hint =
    owner === null
      ? t('devices.hint', { extension: me.extension })
      : t('devices.hintOther', { name: owner.name, extension: owner.extension });
  return (
    <Page title={t('devices.title')} hint={hint} testId="devices-page" onClose={onClose}>
      {me.roles.includes('admin') && (
        <OwnerChooser
          me={me}
          people={people}
          owner={owner}
          onChoose={choose}
          label={t('devices.owner')}
        />
      )}
      <Devices key={owner?.extension} api={api} extension={owner?.extension} />
      <Refusals
        key={`refusals-${chosen}`}
        api={api}
        extension={owner?.extension}
        own={owner?.extension ?? me.extension}
      />
    </Page>
  );
}

/** Of one person; another person's are another list, with nothing left of this one. */
function Devices({
  api,
  extension,
}: {
  readonly api: Api;
  readonly extension: string | undefined;
}) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [isAdding, setAdding] = useState(false);
  const [created, setCreated] = useState<CreatedDevice | null>(null);
  const queryKey = ['devices', extension ?? 'own'];
  const { data, error, refetch } = useQuery({
    queryKey,
    queryFn: () => api.devices(extension),
    // Whoever comes back from the desk phone wants to see what became of it.
    refetchOnMount: 'always',
    refetchOnWindowFocus: 'always',
  });
  if (data === undefined) {
    if (error !== null) return <Trouble error={error} onRetry={() => void refetch()} />;
    return <Loader className={classes.wait ?? ''} aria-label={t('app.loading')} />;
  }
  const { devices, server } = data;
  const isFull = devices.length >= mostDevices;
  const update = () => client.invalidateQueries({ queryKey });
  const onCreated = (device: CreatedDevice) => {
    setAdding(false);
    setCreated(device);
    void update();
  };
  return (
    <>
      {created !== null && (
        <CredentialsCard device={created} server={server} onDone={() => setCreated(null)} />
      )}
      {devices.length === 0 && created === null && !isAdding && <NoDevices />}
      {(devices.length > 0 || extension === undefined) && (
        <ul className={classes.rows} aria-label={t('devices.title')} data-testid="devices">
          {extension === undefined && <PageRow />}
          {devices.map((device) => (
            <DeviceRow
              key={device.id}
              device={device}
              onRemove={() => api.removeDevice(device.id, extension)}
              onRemoved={() => {
                if (created?.id === device.id) setCreated(null);
                void update();
              }}
            />
          ))}
        </ul>
      )}
      {isAdding && (
        <AddDevice
          onAdd={(device) => api.addDevice({ ...device, ...(extension && { extension }) })}
          onAdded={onCreated}
          onCancel={() => setAdding(false)}
        />
      )}
      {!isAdding && created === null && (
        <div className={classes.actions}>
          <Button
            leftSection={<Icon name="plus" size={18} />}
            disabled={isFull}
            onClick={() => setAdding(true)}
            data-testid="add-device"
          >
            {t('devices.add')}
          </Button>
          {isFull && <p className={classes.dimmed}>{t('devices.full', { count: mostDevices })}</p>}
        </div>
      )}
    </>
  );
}

/** The page rings with the same number, in another way. */
function PageRow() {
  const { t } = useTranslation();
  return (
    <li className={classes.row} data-testid="device-page">
      <span className={classes.icon} data-on>
        <Icon name="browser" />
      </span>
      <span className={classes.texts}>
        <span className={classes.name}>{t('devices.page')}</span>
        <span className={classes.small}>{t('devices.kindPage')}</span>
      </span>
    </li>
  );
}

function NoDevices() {
  const { t } = useTranslation();
  return (
    <div className={classes.empty} data-testid="devices-empty">
      <span className={classes.emptyIcon}>
        <Icon name="deskPhone" size={34} />
      </span>
      <p className={classes.emptyTitle}>{t('devices.empty')}</p>
      <p className={classes.dimmed}>{t('devices.emptyHint')}</p>
    </div>
  );
}
