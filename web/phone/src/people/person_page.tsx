// SPDX-License-Identifier: Apache-2.0
import type { Person } from '@dering/api/types';
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Avatar } from '../shared/avatar';
import { Icon } from '../shared/icon';
import { PresenceDot } from '../shared/presence_dot';
import classes from './people.module.css';

/** Somebody, or a number of which the directory knows nothing. */
export type Shown = Omit<Person, 'presence'> & { readonly presence: Person['presence'] | null };

interface Properties {
  readonly person: Shown;
  readonly isSelf: boolean;
  readonly canCall: boolean;
  /** A conversation goes on, and would be put on hold. */
  readonly isTalking: boolean;
  readonly onCall: (person: Shown) => void;
}

export function PersonPage({ person, isSelf, canCall, isTalking, onCall }: Properties) {
  const { t } = useTranslation();
  return (
    <section className={classes.page} aria-labelledby="person-name" data-testid="person-page">
      <Avatar name={person.name} size="large" />
      <h1 id="person-name" className={classes.title} tabIndex={-1} data-heading>
        {person.name}
      </h1>
      <p className={classes.facts}>
        {person.unit !== '' && <span>{person.unit}</span>}
        {person.presence !== null && (
          <span>{t('header.extension', { extension: person.extension })}</span>
        )}
        {person.presence === null && person.name !== person.extension && (
          <span>{person.extension}</span>
        )}
      </p>
      {person.presence !== null && <PresenceDot presence={person.presence} labelled />}
      {isSelf ? (
        <p className={classes.small}>{t('people.self')}</p>
      ) : (
        <>
          <div className={classes.actions}>
            <Button
              size="lg"
              color="green"
              radius="xl"
              leftSection={<Icon name="phone" />}
              aria-label={t('people.callPerson', { name: person.name })}
              disabled={!canCall}
              onClick={() => onCall(person)}
              data-testid="call"
            >
              {t('people.call')}
            </Button>
          </div>
          {canCall && isTalking && <p className={classes.small}>{t('people.holdsHint')}</p>}
          {person.presence === 'do_not_disturb' && (
            <p className={classes.small}>{t('people.quietHint')}</p>
          )}
          {person.presence === 'offline' && (
            <p className={classes.small}>{t('people.offlineHint')}</p>
          )}
        </>
      )}
    </section>
  );
}
