// SPDX-License-Identifier: Apache-2.0
import type { Api } from '@dering/api/client';
import type { Person } from '@dering/api/types';
import { SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useRef, useState, type ComponentProps, type RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialpad } from '../dialpad/dialpad';
import { PeopleList } from '../people/people_list';
import { dialledNumber, findPeople } from '../shared/search';
import { RecentList } from '../recent/recent_list';
import { player } from '../sound/player';
import classes from './left_pane.module.css';
import type { Shown } from './live_directory';
import { SearchField } from './search_field';

const tabs = ['people', 'recent', 'dialpad'] as const;
type Tab = (typeof tabs)[number];

interface Properties {
  readonly api: Api;
  /** The extension of who is signed in. */
  readonly own: string;
  readonly people: readonly Person[];
  readonly state: Shown['state'];
  readonly selected: string | null;
  readonly canCall: boolean;
  readonly search: RefObject<HTMLInputElement | null>;
  readonly onSelect: (extension: string) => void;
  readonly onDial: (number: string, name?: string) => void;
}

/** Whom to call: search, people, the last calls, the keypad. */
export function LeftPane(properties: Properties) {
  const { people, search, onSelect, onDial } = properties;
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
  // Enter shows the person it finds first, and calls a number that is nobody's here.
  const choose = () => {
    const number = dialledNumber(query);
    const [first] = findPeople(people, query);
    if (number !== null && first?.extension !== number) dial(number);
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
          data={tabs.map((value) => ({ value, label: t(`${value}.title`) }))}
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

function Body({ tab, query, api, own, people, state, selected, ...rest }: BodyProperties) {
  const { canCall, onSelect, onDial } = rest;
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
      return <Recent api={api} own={own} canCall={canCall} onCall={onDial} />;
    case 'dialpad':
      return <Dialpad canCall={canCall} onKey={(key) => player.key(key)} onDial={onDial} />;
  }
}

type RecentProperties = Pick<Properties, 'api'> & Omit<ComponentProps<typeof RecentList>, 'calls'>;

/** Asked for anew each time it is opened: a call that somebody picked up from one is over much later. */
function Recent({ api, ...rest }: RecentProperties) {
  const { t } = useTranslation();
  const recent = useQuery({ queryKey: ['calls'], queryFn: api.calls, staleTime: 0 });
  if (recent.isPending) return null;
  if (recent.isError) return <p className={classes.note}>{t('recent.failed')}</p>;
  return <RecentList calls={recent.data.calls} {...rest} />;
}
