// SPDX-License-Identifier: Apache-2.0
import type { Api } from '@dering/api/client';
import { SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState, type ComponentProps } from 'react';
import { useTranslation } from 'react-i18next';
import { RecentList } from '../recent/recent_list';
import { callsKey, type History } from './history';
import { SkeletonRows } from '../shared/skeleton_rows';
import classes from './left_pane.module.css';

const filters = ['all', 'onlyMissed'] as const;
type Filter = (typeof filters)[number];

interface Properties extends Omit<ComponentProps<typeof RecentList>, 'calls' | 'seenUntil'> {
  readonly api: Api;
  readonly history: History;
}

/** The last calls, or those of them that were missed. Whoever looks at them has seen what was missed. */
export function RecentPane({ api, history, ...rest }: Properties) {
  const { t } = useTranslation();
  const [filter, setFilter] = useState<Filter>('all');
  // What was new as the list was opened stays marked as long as it is open.
  const [seenUntil] = useState(history.state.seen_until);
  useSeenHere(history);
  const isAll = filter === 'all';
  const recent = useQuery({
    queryKey: [callsKey, isAll ? 'all' : 'missed'],
    queryFn: isAll ? api.calls : api.missedCalls,
  });
  return (
    <>
      <div className={classes.filter}>
        <SegmentedControl
          size="xs"
          fullWidth
          aria-label={t('recent.show')}
          value={filter}
          onChange={setFilter}
          data={filters.map((value) => ({ value, label: t(`recent.${value}`) }))}
          data-testid="recent-filter"
        />
      </div>
      {recent.isPending && <SkeletonRows />}
      {recent.isError && <p className={classes.note}>{t('recent.failed')}</p>}
      {recent.data?.calls.length === 0 && (
        <p className={classes.note}>{t(isAll ? 'recent.empty' : 'recent.none')}</p>
      )}
      {recent.data !== undefined && recent.data.calls.length > 0 && (
        <RecentList calls={recent.data.calls} seenUntil={seenUntil} {...rest} />
      )}
    </>
  );
}

/**
 * What is missed has been seen once the list is open before somebody: at once when they open it, and
 * of what comes later as soon as they touch the page or come back to it.
 */
function useSeenHere({ state: { unseen }, see }: History): void {
  useEffect(() => {
    if (!document.hidden) see();
  }, [see]);
  useEffect(() => {
    if (unseen === 0) return undefined;
    const look = () => {
      if (!document.hidden) see();
    };
    const signs = ['pointerdown', 'keydown', 'visibilitychange'] as const;
    for (const sign of signs) document.addEventListener(sign, look);
    return () => {
      for (const sign of signs) document.removeEventListener(sign, look);
    };
  }, [unseen, see]);
}
