// SPDX-License-Identifier: Apache-2.0
import type { SyncState } from '@dering/api/types';
import { Button, Loader } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../shared/dialog';
import { Icon } from '../shared/icon';
import { dateOf, whenText } from '../shared/moment';
import classes from './settings.module.css';

const counts = ['added', 'changed', 'enabled', 'disabled', 'unchanged', 'refused'] as const;

interface Properties {
  readonly sync: SyncState;
  /** Starts a sync that may disable any number of people. */
  readonly onForce: () => void;
}

/** One issuer: how its last sync went, in words and numbers. */
export function SyncCard({ sync, onForce }: Properties) {
  const { t, i18n } = useTranslation();
  const { state, error, finished_at: finishedAt, started_at: startedAt } = sync;
  // Which day is today is judged when the card is drawn first: rendering reads no clock.
  const [now] = useState(() => new Date());
  const when = (at: number) => whenText(dateOf(at), now, i18n.language);
  const runs = state === 'running';
  return (
    <section
      className={classes.card}
      aria-label={sync.url}
      data-testid="sync-card"
      data-state={state}
    >
      <h2 className={classes.url}>{sync.url}</h2>
      <p className={classes.state} data-state={state} role="status">
        {runs ? <Loader size={18} /> : <Icon name={state === 'failed' ? 'warning' : 'check'} />}
        <span>
          {runs && t('sync.running', { time: when(startedAt ?? 0) })}
          {state === 'failed' && t('sync.failed')}
          {state === 'idle' &&
            (finishedAt === null ? t('sync.never') : t('sync.done', { time: when(finishedAt) }))}
        </span>
      </p>
      {state === 'failed' && <Failure error={error} onForce={onForce} />}
      {finishedAt !== null && (
        <dl className={classes.counts} aria-label={t('sync.counts')}>
          {counts.map((count) => (
            <div key={count} className={classes.count} data-none={sync[count] === 0 || undefined}>
              <dt>{t(`sync.${count}`)}</dt>
              <dd data-testid={`sync-${count}`}>{sync[count].toLocaleString(i18n.language)}</dd>
            </div>
          ))}
        </dl>
      )}
    </section>
  );
}

interface FailureProperties {
  readonly error: string;
  readonly onForce: () => void;
}

/** What the server said, and the way past its refusal to disable most people at once. */
function Failure({ error, onForce }: FailureProperties) {
  const { t } = useTranslation();
  const [asks, setAsks] = useState(false);
  return (
    <>
      <p className={classes.failure} lang="en" data-testid="sync-error">
        {error}
      </p>
      <Button
        size="xs"
        variant="default"
        className={classes.start ?? ''}
        onClick={() => setAsks(true)}
        data-testid="sync-force"
      >
        {t('sync.force')}
      </Button>
      <Dialog opened={asks} onClose={() => setAsks(false)} title={t('sync.forceTitle')}>
        <p>{t('sync.forceHint')}</p>
        <div className={classes.answers}>
          <Button variant="default" onClick={() => setAsks(false)} data-autofocus>
            {t('devices.cancel')}
          </Button>
          <Button
            color="red"
            onClick={() => {
              setAsks(false);
              onForce();
            }}
            data-testid="confirm-force"
          >
            {t('sync.forceGo')}
          </Button>
        </div>
      </Dialog>
    </>
  );
}
