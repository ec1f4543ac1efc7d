// SPDX-License-Identifier: Apache-2.0
import type { Api } from '@dering/api/client';
import type { Person } from '@dering/api/types';
import { SegmentedControl } from '@mantine/core';
import { useRef, useState, type RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialpad } from '../dialpad/dialpad';
import { PeopleList } from '../people/people_list';
import { dialledNumber, findPeople } from '../shared/search';
import { player } from '../sound/player';
import classes from './left_pane.module.css';
import type { Shown } from './live_directory';
import type { History } from './history';
import { RecentPane } from './recent_pane';
import { SearchField } from './search_field';

const tabs = ['people', 'recent', 'dialpad'] as const;
type Tab = (typeof tabs)[number];
/** What is more needs no exact number. */
const mostCounted = 99;

interface Properties {
  readonly api: Api;
  /** The extension of who is signed in. */
  readonly own: string;
  readonly people: readonly Person[];
  readonly state: Shown['state'];
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
  const { people, search, isFree, history, onSelect, onDial } = properties;
  const { t } = useTranslation();
  const [tab, setTab] = useState<Tab>('people');
  const [query, setQuery] = useState('');
  const body = useRef<HTMLDivElement>(null);
  const find = (wanted: string) => {
    setQuery(wanted);
    setTab('people');
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
          value={tab}
          onChange={setTab}
          data={tabs.map((value) => ({
            value,
            label: <TabLabel tab={value} unseen={history.state.unseen} />,
          }))}
          data-testid="tabs"
        />
      </div>
      <div ref={body} className={classes.body}>
        <Body {...properties} onDial={dial} tab={tab} query={query} />
      </div>
    </section>
  );
}

interface BodyProperties extends Properties {
  readonly tab: Tab;
  readonly query: string;
}

function Body({ tab, query, people, state, selected, ...rest }: BodyProperties) {
  const { api, own, history, canCall, onSelect, onDial } = rest;
  const { t } = useTranslation();
  switch (tab) {
    case 'people':
      if (state === 'loading') return null;
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
function TabLabel({ tab, unseen }: { readonly tab: Tab; readonly unseen: number }) {
  const { t } = useTranslation();
  if (tab !== 'recent' || unseen === 0) return t(`${tab}.title`);
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
