// SPDX-License-Identifier: Apache-2.0
import type { Person } from '@dering/api/types';
import { memo, type KeyboardEvent, type Ref } from 'react';
import { useTranslation } from 'react-i18next';
import { Avatar } from '../shared/avatar';
import { Icon } from '../shared/icon';
import { PresenceDot } from '../shared/presence_dot';
import classes from './people.module.css';

interface Properties {
  readonly ref: Ref<HTMLLIElement>;
  readonly person: Person;
  /** The place in a list of so many, of which the page holds a few only. */
  readonly index: number;
  readonly count: number;
  /** Pixels from the top of the list. */
  readonly start: number;
  readonly selected: boolean;
  /** Whether Tab stops here. */
  readonly isTabStop: boolean;
  /** The focus came here by the mouse or by Tab. */
  readonly onReach: (extension: string) => void;
  readonly onMove: (event: KeyboardEvent) => void;
  readonly onSelect: (extension: string) => void;
  readonly onCall: (person: Person) => void;
}

/** One person: a click shows, the small button calls. */
export const PersonRow = memo(function PersonRow(properties: Properties) {
  const { ref, person, index, count, start, selected, isTabStop } = properties;
  const { onReach, onMove, onSelect, onCall } = properties;
  const { t } = useTranslation();
  const keys = {
    tabIndex: isTabStop ? 0 : -1,
    onFocus: () => onReach(person.extension),
    onKeyDown: onMove,
  };
  return (
    <li
      ref={ref}
      className={classes.row}
      style={{ transform: `translateY(${start}px)` }}
      aria-setsize={count}
      aria-posinset={index + 1}
      data-index={index}
      data-selected={selected || undefined}
    >
      <button
        type="button"
        className={classes.person}
        {...keys}
        aria-current={selected || undefined}
        onClick={() => onSelect(person.extension)}
        data-testid={`person-${person.extension}`}
      >
        <span className={classes.face}>
          <Avatar name={person.name} />
          <span className={classes.presence}>
            <PresenceDot presence={person.presence} />
          </span>
        </span>
        <span className={classes.texts}>
          <bdi className={classes.name} title={person.name}>
            {person.name}
          </bdi>
          <span className={classes.unit}>{person.unit}</span>
        </span>
        <span className={classes.number}>{person.extension}</span>
      </button>
      <button
        type="button"
        className={classes.call}
        {...keys}
        aria-label={t('people.callPerson', { name: person.name })}
        onClick={() => onCall(person)}
        data-testid={`call-${person.extension}`}
      >
        <Icon name="phone" size={18} />
      </button>
    </li>
  );
});
