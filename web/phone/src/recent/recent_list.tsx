// SPDX-License-Identifier: Apache-2.0
import type { CallRecord } from '@dering/api/types';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './recent.module.css';
import { RecentRow } from './recent_row';

interface Properties {
  readonly calls: readonly CallRecord[];
  /** The extension of whose calls they are. */
  readonly own: string;
  readonly canCall: boolean;
  readonly onCall: (number: string, name: string) => void;
}

export function RecentList({ calls, ...rest }: Properties) {
  const { t } = useTranslation();
  // "Today" is judged when the list is opened: rendering reads no clock.
  const [now] = useState(() => new Date());
  if (calls.length === 0) return <p className={classes.note}>{t('recent.empty')}</p>;
  return (
    <ul className={classes.rows} aria-label={t('recent.title')} data-testid="recent">
      {calls.map((call) => (
        <RecentRow key={call.id} call={call} now={now} {...rest} />
      ))}
    </ul>
  );
}
