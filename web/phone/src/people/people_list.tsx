// SPDX-License-Identifier: Apache-2.0
import type { Person } from '@dering/api/types';
import { useDeferredValue, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from '../shared/icon';
import classes from './people.module.css';
import { PeopleRows } from './people_rows';
import { dialledNumber, findPeople } from '../shared/search';

interface Properties {
  readonly people: readonly Person[];
  readonly query: string;
  readonly selected: string | null;
  readonly onSelect: (extension: string) => void;
  readonly onCall: (person: Person) => void;
  readonly onDial: (number: string) => void;
}

export function PeopleList({ people, query, selected, onSelect, onCall, onDial }: Properties) {
  const { t } = useTranslation();
  const wanted = useDeferredValue(query);
  const found = useMemo(() => findPeople(people, wanted), [people, wanted]);
  const number = dialledNumber(query);
  return (
    <div className={classes.list}>
      {number !== null && (
        <button
          type="button"
          className={classes.dial}
          onClick={() => onDial(number)}
          data-testid="call-number"
        >
          <span className={classes.dialIcon}>
            <Icon name="phone" />
          </span>
          {t('people.callNumber', { number })}
        </button>
      )}
      {found.length > 0 && (
        <PeopleRows
          // Another query is another list: it starts at its top.
          key={wanted}
          people={found}
          selected={selected}
          onSelect={onSelect}
          onCall={onCall}
        />
      )}
      {found.length === 0 && number === null && (
        <p className={classes.note}>
          {query === '' ? t('people.empty') : t('people.nobody', { query })}
        </p>
      )}
      <p className="visually-hidden" role="status">
        {wanted !== '' && t('people.found', { count: found.length })}
      </p>
    </div>
  );
}
