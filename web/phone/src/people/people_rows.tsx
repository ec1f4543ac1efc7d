// SPDX-License-Identifier: Apache-2.0
import type { Person } from '@dering/api/types';
import { defaultRangeExtractor, useVirtualizer, type Range } from '@tanstack/react-virtual';
import { useCallback, useLayoutEffect, useRef, useState, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useLatest } from '../shared/use_latest';
import { stepOf } from './list_keys';
import classes from './people.module.css';
import { PersonRow } from './person_row';

const rowHeight = 62;
/** Rows drawn above and below what is seen, so that the wheel does not outrun them. */
const overscan = 8;

interface Properties {
  readonly people: readonly Person[];
  readonly selected: string | null;
  readonly onSelect: (extension: string) => void;
  readonly onCall: (person: Person) => void;
}

/**
 * The rows that can be seen, of any number of people. One row at a time is a tab stop; the arrow
 * keys, Home, End and the page keys move it, so that Tab leads past the list and not through it.
 */
export function PeopleRows({ people, selected, onSelect, onCall }: Properties) {
  const { t } = useTranslation();
  const scroller = useRef<HTMLDivElement>(null);
  const list = useRef<HTMLUListElement>(null);
  const [reached, reach] = useState<string | null>(selected);
  const hasMoved = useRef(false);
  const current = Math.max(
    0,
    people.findIndex(({ extension }) => extension === reached),
  );
  const rangeExtractor = useCallback(
    (range: Range) => {
      // The tab stop stays in the page when it is scrolled away, or the focus would be lost.
      const rows = new Set(defaultRangeExtractor(range));
      return [...rows.add(current)].toSorted((a, b) => a - b);
    },
    [current],
  );
  // What the rule warns of concerns the React Compiler, and we do not use it.
  // eslint-disable-next-line react/incompatible-library
  const rows = useVirtualizer({
    count: people.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    getItemKey: (index) => people[index]?.extension ?? index,
    rangeExtractor,
    overscan,
  });
  const move = useLatest((event: KeyboardEvent) => {
    const page = Math.floor((scroller.current?.clientHeight ?? 0) / rowHeight);
    const target = stepOf(event, { current, count: people.length, page });
    const extension = target === null ? undefined : people[target]?.extension;
    if (target === null || extension === undefined) return;
    event.preventDefault();
    hasMoved.current = true;
    reach(extension);
  });
  useLayoutEffect(() => {
    if (!hasMoved.current) return;
    hasMoved.current = false;
    rows.scrollToIndex(current);
    const row = list.current?.querySelector<HTMLElement>(`[data-index="${current}"] button`);
    row?.focus({ preventScroll: true });
  }, [current, rows]);
  return (
    <div ref={scroller} className={classes.scroller} data-testid="people">
      <ul
        ref={list}
        className={classes.rows}
        style={{ height: rows.getTotalSize() }}
        aria-label={t('people.title')}
      >
        {rows.getVirtualItems().map(({ key, index, start }) => {
          const person = people[index];
          return (
            person && (
              <PersonRow
                key={key}
                ref={rows.measureElement}
                person={person}
                index={index}
                count={people.length}
                start={start}
                selected={person.extension === selected}
                isTabStop={index === current}
                onReach={reach}
                onMove={move}
                onSelect={onSelect}
                onCall={onCall}
              />
            )
          );
        })}
      </ul>
    </div>
  );
}
