// SPDX-License-Identifier: Apache-2.0
import type { Api } from '@dering/api/client';
import type { Person } from '@dering/api/types';
import { CloseButton, Kbd, SegmentedControl, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState, type KeyboardEvent, type RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialpad } from '../dialpad/dialpad';
import { PeopleList } from '../people/people_list';
import { dialledNumber, findPeople } from '../people/search';
import { RecentList } from '../recent/recent_list';
import { Icon } from '../shared/icon';
import { player } from '../sound/player';
import classes from './left_pane.module.css';

type Tab = 'people' | 'recent' | 'dialpad';

interface Properties {
  readonly api: Api;
  readonly people: readonly Person[];
  readonly failed: boolean;
  readonly selected: string | null;
  readonly canCall: boolean;
  readonly search: RefObject<HTMLInputElement | null>;
  readonly onSelect: (extension: string) => void;
  readonly onDial: (number: string, name?: string) => void;
}

/** Whom to call: search, people, the last calls, the keypad. */
export function LeftPane(properties: Properties) {
  const { api, people, failed, selected, canCall, search, onSelect, onDial } = properties;
  const { t } = useTranslation();
  const [tab, setTab] = useState<Tab>('people');
  const [query, setQuery] = useState('');
  const recent = useQuery({ queryKey: ['calls'], queryFn: api.calls });
  const callPerson = (person: Person) => onDial(person.extension, person.name);

  // Enter calls the number, or shows the best match.
  const onEnter = (event: KeyboardEvent) => {
    if (event.key === 'Escape') setQuery('');
    if (event.key !== 'Enter') return;
    const number = dialledNumber(query);
    const [first] = findPeople(people, query).people;
    if (number !== null && first?.extension !== number) onDial(number);
    else if (first !== undefined) onSelect(first.extension);
  };
  return (
    <aside className={classes.pane}>
      <div className={classes.head}>
        <TextInput
          ref={search}
          size="md"
          type="search"
          autoComplete="off"
          aria-label={t('people.search')}
          aria-keyshortcuts="Control+K"
          placeholder={t('people.search')}
          leftSection={<Icon name="search" />}
          rightSectionWidth={query === '' ? 76 : undefined}
          rightSection={
            query === '' ? (
              <span className={classes.keys}>
                <Kbd size="xs">Ctrl K</Kbd>
              </span>
            ) : (
              <CloseButton aria-label={t('app.close')} onClick={() => setQuery('')} />
            )
          }
          value={query}
          onChange={(event) => {
            setQuery(event.currentTarget.value);
            setTab('people');
          }}
          onKeyDown={onEnter}
          data-testid="search"
        />
        <SegmentedControl
          fullWidth
          value={tab}
          onChange={(value) => setTab(value as Tab)}
          data={[
            { value: 'people', label: t('people.title') },
            { value: 'recent', label: t('recent.title') },
            { value: 'dialpad', label: t('dialpad.title') },
          ]}
          data-testid="tabs"
        />
      </div>
      <div className={classes.body}>
        {tab === 'people' && failed && <p className={classes.note}>{t('people.failed')}</p>}
        {tab === 'people' && !failed && (
          <PeopleList
            people={people}
            query={query}
            selected={selected}
            onSelect={onSelect}
            onCall={callPerson}
            onDial={onDial}
          />
        )}
        {tab === 'recent' && recent.isError && <p className={classes.note}>{t('recent.failed')}</p>}
        {tab === 'recent' && !recent.isError && (
          <RecentList calls={recent.data?.calls ?? []} canCall={canCall} onCall={onDial} />
        )}
        {tab === 'dialpad' && (
          <Dialpad canCall={canCall} onKey={(key) => player.key(key)} onDial={onDial} />
        )}
      </div>
    </aside>
  );
}
