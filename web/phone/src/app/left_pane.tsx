// SPDX-License-Identifier: Apache-2.0
import type { Api } from '@dering/api/client';
import type { Person } from '@dering/api/types';
import { SegmentedControl } from '@mantine/core';
import { useRef, useState, type RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialpad } from '../dialpad/dialpad';
import { PeopleList } from '../people/people_list';
import { dialledNumber, findPeople } from '../shared/search';
import { SkeletonRows } from '../shared/skeleton_rows';
import { player } from '../sound/player';
import classes from './left_pane.module.css';
import type { Shown } from './live_directory';
import type { History } from './history';
import { RecentPane } from './recent_pane';
import { lists, type List } from './route';
import { SearchField } from './search_field';

/** What is more needs no exact number. */
const mostCounted = 99;

interface Properties {
  readonly api: Api;
  /** The extension of who is signed in. */
  readonly own: string;
  readonly people: readonly Person[];
  readonly state: Shown['state'];
  readonly list: List;
  readonly onList: (list: List) => void;
  /** Somebody searches: the people are to be seen. */
  readonly onFind: () => void;
  readonly selected: string | null;
  readonly canCall: boolean;
  /** Nothing rings or talks. */
  readonly isFree: boolean;
  readonly history: History;
  readonly search: RefObject<HTMLInputElement | null>;
  readonly onSelect: (extension: string) => void;
  readonly onDial: (number: string, name?: string) => void;
}

/** Whom to call: search, people, the last calls, the keypad. */
export function LeftPane(properties: Properties) {
  const { people, list, search, isFree, history, onSelect, onDial } = properties;
  const { t } = useTranslation();
  const [query, setQuery] = useState('');
  const body = useRef<HTMLDivElement>(null);
  const find = (wanted: string) => {
    setQuery(wanted);
    properties.onFind();
  };
  // A number that was called is no search any more.
  const dial = (number: string, name?: string) => {
    setQuery('');
    onDial(number, name);
  };
  // Enter calls whom it finds first, or a number that is nobody's here. In a call it shows the person:
  // who talks shall not be put on hold by one key.
  const choose = () => {
    if (query === '') return;
    const number = dialledNumber(query);
    const [first] = findPeople(people, query);
    if (number !== null && first?.extension !== number) dial(number);
    else if (first !== undefined && isFree) dial(first.extension, first.name);
    else if (first !== undefined) onSelect(first.extension);
  };
  return (
    <section className={classes.pane} aria-label={t('people.lists')}>
      <div className={classes.head}>
        <SearchField
          field={search}
          query={query}
          onQuery={find}
          onEnter={choose}
          onDown={() => body.current?.querySelector<HTMLElement>('[tabindex="0"]')?.focus()}
        />
        <SegmentedControl
          fullWidth
          aria-label={t('people.lists')}
          value={list}
          onChange={properties.onList}
          data={lists.map((value) => ({
            value,
            label: <TabLabel list={value} unseen={history.state.unseen} />,
          }))}
          data-testid="tabs"
        />
      </div>
      <div ref={body} className={classes.body}>
        <Body {...properties} onDial={dial} query={query} />
      </div>
    </section>
  );
}

interface BodyProperties extends Properties {
  readonly query: string;
}

function Body({ list, query, people, state, selected, ...rest }: BodyProperties) {
  const { api, own, history, canCall, onSelect, onDial } = rest;
  const { t } = useTranslation();
  switch (list) {
    case 'people':
      if (state === 'loading') return <SkeletonRows />;
      if (state === 'failed') return <p className={classes.note}>{t('people.failed')}</p>;
      return (
        <PeopleList
          people={people}
          query={query}
          selected={selected}
          onSelect={onSelect}
          onCall={({ extension, name }) => onDial(extension, name)}
          onDial={onDial}
        />
      );
    case 'recent':
      return (
        <RecentPane
          api={api}
          own={own}
          history={history}
          canCall={canCall}
          onOpen={onSelect}
          onCall={onDial}
        />
      );
    case 'dialpad':
      return <Dialpad canCall={canCall} onKey={(key) => player.key(key)} onDial={onDial} />;
  }
}

/** The name of a list, and of the recent calls how many nobody has seen. */
function TabLabel({ list, unseen }: { readonly list: List; readonly unseen: number }) {
  const { t } = useTranslation();
  if (list !== 'recent' || unseen === 0) return t(`${list}.title`);
  return (
    <span className={classes.counted}>
      {t('recent.title')}
      <span className={classes.badge} aria-hidden="true" data-testid="unseen">
        {unseen > mostCounted ? `${mostCounted}+` : unseen}
      </span>
      <span className="visually-hidden">{t('missed.count', { count: unseen })}</span>
    </span>
  );
}
