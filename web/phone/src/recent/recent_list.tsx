// SPDX-License-Identifier: Apache-2.0
import type { CallRecord } from '@dering/api/types';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { dayHeading } from '../shared/moment';
import { byDay } from './groups';
import classes from './recent.module.css';
import { RecentRow } from './recent_row';

interface Properties {
  readonly calls: readonly CallRecord[];
  /** The extension of whose calls they are. */
  readonly own: string;
  /** Missed calls after this one are marked as new. */
  readonly seenUntil: string;
  readonly canCall: boolean;
  readonly onOpen: (number: string) => void;
  readonly onCall: (number: string, name: string) => void;
}

/** The last calls by day, and on each day by person. */
export function RecentList({ calls, ...rest }: Properties) {
  const { t, i18n } = useTranslation();
  // "Today" is judged when the list is opened: rendering reads no clock.
  const [now] = useState(() => new Date());
  return (
    <div className={classes.days} role="region" aria-label={t('recent.title')} data-testid="recent">
      {byDay(calls).map(({ day, groups }) => {
        const heading = dayHeading(day, now, i18n.language);
        return (
          <section key={day.toDateString()} aria-label={heading}>
            <h2 className={classes.day} data-testid="day">
              {heading}
            </h2>
            <ul className={classes.rows}>
              {groups.map((group) => (
                <RecentRow key={group.calls.at(-1)?.id} group={group} now={now} {...rest} />
              ))}
            </ul>
          </section>
        );
      })}
    </div>
  );
}
