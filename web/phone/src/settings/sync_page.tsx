// SPDX-License-Identifier: Apache-2.0
import type { Api } from '@dering/api/client';
import type { SyncStates } from '@dering/api/types';
import { Button, Loader } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from '../shared/icon';
import { Page } from './page';
import classes from './settings.module.css';
import { SyncCard } from './sync_card';
import { Trouble } from './trouble';

const lookEvery = 1_500;
/** How long a sync that was asked for may take to begin. */
const startsWithin = 15_000;

/** What was known of all syncs when one was asked for, and until when its start is waited for. */
interface Expected {
  readonly before: string;
  readonly until: number;
}

const startsOf = (states: SyncStates | undefined): string =>
  (states?.issuers ?? []).map(({ started_at: at }) => at).join();

const isRunning = (states: SyncStates | undefined): boolean =>
  states?.issuers.some(({ state }) => state === 'running') === true;

/** How the people of the organisation's issuers come here, for an administrator. */
export function SyncPage({ api, onClose }: { readonly api: Api; readonly onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Page title={t('sync.title')} hint={t('sync.hint')} testId="sync-page" onClose={onClose}>
      <Syncs api={api} />
    </Page>
  );
}

function Syncs({ api }: { readonly api: Api }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [expected, setExpected] = useState<Expected | null>(null);
  const { data, error, refetch } = useQuery({
    queryKey: ['sync'],
    queryFn: api.sync,
    refetchOnMount: 'always',
    refetchOnWindowFocus: 'always',
    // The server tells no events of a sync; it is looked at while it runs, and only then.
    refetchInterval: ({ state }) => {
      if (isRunning(state.data)) return lookEvery;
      const isAwaited =
        expected !== null &&
        expected.before === startsOf(state.data) &&
        Date.now() < expected.until;
      return isAwaited && lookEvery;
    },
  });
  const start = useMutation({
    mutationFn: api.startSync,
    onMutate: () => setExpected({ before: startsOf(data), until: Date.now() + startsWithin }),
    onSuccess: (states) => client.setQueryData(['sync'], states),
  });
  if (data === undefined) {
    if (error !== null) return <Trouble error={error} onRetry={() => void refetch()} />;
    return <Loader className={classes.wait ?? ''} aria-label={t('app.loading')} />;
  }
  if (data.issuers.length === 0) {
    return (
      <div className={classes.empty} data-testid="sync-empty">
        <span className={classes.emptyIcon}>
          <Icon name="sync" size={34} />
        </span>
        <p className={classes.emptyTitle}>{t('sync.empty')}</p>
        <p className={classes.dimmed}>{t('sync.emptyHint')}</p>
      </div>
    );
  }
  const runs = isRunning(data) || start.isPending;
  return (
    <>
      {data.issuers.map((sync) => (
        <SyncCard key={sync.url} sync={sync} onForce={() => start.mutate(true)} />
      ))}
      <Trouble error={start.error} conflict={t('sync.empty')} />
      <div className={classes.actions}>
        <Button
          leftSection={<Icon name="sync" size={18} />}
          loading={runs}
          onClick={() => start.mutate(false)}
          data-testid="sync-now"
        >
          {t('sync.now')}
        </Button>
      </div>
    </>
  );
}
