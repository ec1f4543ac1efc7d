// SPDX-License-Identifier: Apache-2.0
import type { Person } from '@dering/api/types';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import { Avatar } from '../shared/avatar';
import { Icon } from '../shared/icon';
import { PresenceDot } from '../shared/presence_dot';
import classes from './people.module.css';

interface Properties {
  readonly person: Person;
  readonly selected: boolean;
  readonly onSelect: (extension: string) => void;
  readonly onCall: (person: Person) => void;
}

/** One person: click shows, double click or the small button calls. */
export const PersonRow = memo(function PersonRow(properties: Properties) {
  const { person, selected, onSelect, onCall } = properties;
  const { t } = useTranslation();
  return (
    <li className={classes.row} data-selected={selected || undefined}>
      <button
        type="button"
        className={classes.person}
        aria-current={selected || undefined}
        onClick={() => onSelect(person.extension)}
        onDoubleClick={() => onCall(person)}
        data-testid={`person-${person.extension}`}
      >
        <span className={classes.face}>
          <Avatar name={person.name} />
          <span className={classes.presence}>
            <PresenceDot presence={person.presence} />
          </span>
        </span>
        <span className={classes.texts}>
          <span className={classes.name}>{person.name}</span>
          <span className={classes.unit}>{person.unit}</span>
        </span>
        <span className={classes.number}>{person.extension}</span>
      </button>
      <button
        type="button"
        className={classes.call}
        aria-label={t('people.callPerson', { name: person.name })}
        onClick={() => onCall(person)}
        data-testid={`call-${person.extension}`}
      >
        <Icon name="phone" size={18} />
      </button>
    </li>
  );
});
