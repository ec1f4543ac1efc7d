// SPDX-License-Identifier: Apache-2.0
import type { Api } from '@dering/api/client';
import type { Me } from '@dering/api/types';
import { isBusy } from '@dering/sip/state';
import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { CallBar } from '../call/call_bar';
import { CallPage } from '../call/call_page';
import { announcement, type ActiveCall } from '../call/call_text';
import { IncomingCard } from '../call/incoming_card';
import { OutcomeCard } from '../call/outcome_card';
import { usePhone, useTelephone } from '../call/telephone_context';
import { PersonPage } from '../people/person_page';
import { Icon } from '../shared/icon';
import { player } from '../sound/player';
import { FirstVisit } from '../welcome/first_visit';
import { useDirectory } from './directory';
import { Header } from './header';
import { LeftPane } from './left_pane';
import { useRinging } from './ringing';
import classes from './shell.module.css';
import { ShortcutSheet } from './shortcut_sheet';
import { useShortcuts } from './shortcuts';

const welcomedKey = 'dering.welcomed';
const echoNumber = '*43';

interface Properties {
  readonly me: Me;
  readonly api: Api;
  readonly onSignOut: () => void;
}

/** The page: people on the left, a person or the call on the right, the call at the foot. */
export function Shell({ me, api, onSignOut }: Properties) {
  const { t } = useTranslation();
  const telephone = useTelephone();
  const { link, call } = usePhone((phone) => phone);
  const busy = usePhone(isBusy);
  const { people, failed } = useDirectory(api);
  const others = useMemo(
    () => people.filter(({ extension }) => extension !== me.extension),
    [people, me.extension],
  );
  const [selected, setSelected] = useState<string | null>(null);
  const [keypadOpen, setKeypadOpen] = useState(false);
  const [sheetOpen, setSheetOpen] = useState(false);
  const [welcome, setWelcome] = useState(() => localStorage.getItem(welcomedKey) === null);
  const search = useRef<HTMLInputElement>(null);

  const canCall = link === 'ready' && !busy;
  const nameOf = (number: string) =>
    people.find(({ extension }) => extension === number)?.name ?? '';
  const dial = useLatest((number: string, name?: string) => {
    player.unlock();
    setSelected(null);
    void telephone.call({ number, name: name || nameOf(number) });
  });
  const press = (key: string) => {
    player.key(key);
    telephone.press(key);
  };
  const toggleKeypad = () => setKeypadOpen((open) => call?.kind === 'talking' && !open);

  useShortcuts({
    find: () => search.current?.focus(),
    mute: () => telephone.toggleMute(),
    keypad: toggleKeypad,
    hangUp: () => telephone.hangUp(),
    silence: () => telephone.silence(),
    sheet: () => setSheetOpen(true),
    key: (key) => {
      if (keypadOpen) press(key);
    },
  });
  useRinging(call);
  useAfterCall(call?.kind === 'ended' ? call.id : null, () => setKeypadOpen(false));

  const active = call?.kind === 'ringing-out' || call?.kind === 'talking' ? call : null;
  const person = people.find(({ extension }) => extension === selected);
  const caller = call?.kind === 'ringing-in' ? call : null;
  const finishWelcome = () => {
    localStorage.setItem(welcomedKey, '1');
    setWelcome(false);
  };
  const showsRight = active !== null || person !== undefined || call?.kind === 'ended' || welcome;

  return (
    <div className={classes.shell} data-side={showsRight ? 'right' : 'left'}>
      <Header
        me={me}
        onCheck={() => {
          setSelected(null);
          setWelcome(true);
        }}
        onShortcuts={() => setSheetOpen(true)}
        onSignOut={onSignOut}
      />
      <SilenceBanner />
      <div className={classes.panes}>
        <LeftPane
          api={api}
          people={others}
          failed={failed}
          selected={selected}
          canCall={canCall}
          search={search}
          onSelect={setSelected}
          onDial={dial}
        />
        <main className={classes.right}>
          {showsRight && active === null && (
            <button
              type="button"
              className={classes.back}
              onClick={() => {
                setSelected(null);
                telephone.dismiss();
                if (welcome) finishWelcome();
              }}
              data-testid="back"
            >
              <Icon name="back" />
              {t('people.back')}
            </button>
          )}
          {call?.kind === 'ended' && <OutcomeCard call={call} canCall={canCall} />}
          {person !== undefined ? (
            <PersonPage
              person={person}
              isSelf={person.extension === me.extension}
              canCall={canCall}
              onCall={({ extension, name }) => dial(extension, name)}
            />
          ) : (
            <Rest active={active} keypadOpen={keypadOpen} onKey={press}>
              {welcome ? (
                <FirstVisit
                  canCall={canCall}
                  onEcho={() => dial(echoNumber)}
                  onDone={finishWelcome}
                />
              ) : (
                call?.kind !== 'ended' && <Hint />
              )}
            </Rest>
          )}
        </main>
      </div>
      {active !== null && (
        <CallBar
          call={active}
          keypadOpen={keypadOpen}
          onKeypad={toggleKeypad}
          onShow={() => setSelected(null)}
        />
      )}
      {caller !== null && (
        <IncomingCard
          call={{
            ...caller,
            party: { ...caller.party, name: caller.party.name || nameOf(caller.party.number) },
          }}
          unit={people.find(({ extension }) => extension === caller.party.number)?.unit ?? ''}
        />
      )}
      <ShortcutSheet opened={sheetOpen} onClose={() => setSheetOpen(false)} />
      <p className="visually-hidden" aria-live="assertive" data-testid="announcer">
        {announcement(call, t)}
      </p>
    </div>
  );
}

interface RestProperties {
  readonly active: ActiveCall | null;
  readonly keypadOpen: boolean;
  readonly onKey: (key: string) => void;
  readonly children: React.ReactNode;
}

/** The right side when nobody is chosen: the call, or else what the page has to say. */
function Rest({ active, keypadOpen, onKey, children }: RestProperties) {
  if (active === null) return <div className={classes.middle}>{children}</div>;
  return <CallPage call={active} keypadOpen={keypadOpen} onKey={onKey} />;
}

function Hint() {
  const { t } = useTranslation();
  return (
    <div className={classes.hint}>
      <span className={classes.hintIcon}>
        <Icon name="phone" size={36} />
      </span>
      <h1>{t('people.hintTitle')}</h1>
      <p>{t('people.hint')}</p>
    </div>
  );
}

/** Until the first click browsers play no sound; better said than found out by a missed call. */
function SilenceBanner() {
  const { t } = useTranslation();
  const isBlocked = useSyncExternalStore(player.watch, player.isBlocked);
  useEffect(() => {
    player.unlock();
    document.addEventListener('pointerdown', player.unlock);
    document.addEventListener('keydown', player.unlock);
    return () => {
      document.removeEventListener('pointerdown', player.unlock);
      document.removeEventListener('keydown', player.unlock);
    };
  }, []);
  if (!isBlocked) return null;
  return (
    <div className={classes.banner} role="status">
      <span>{t('sound.blocked')}</span>
      <Button size="xs" variant="white" color="dark" onClick={player.unlock}>
        {t('sound.enable')}
      </Button>
    </div>
  );
}

/** Once per finished call: the history has a new line. */
function useAfterCall(endedId: string | null, done: () => void): void {
  const client = useQueryClient();
  const run = useLatest(done);
  useEffect(() => {
    if (endedId === null) return;
    run();
    void client.invalidateQueries({ queryKey: ['calls'] });
  }, [endedId, client, run]);
}

/** A function that never changes and always does what the newest one does. */
function useLatest<A extends unknown[]>(run: (...values: A) => void): (...values: A) => void {
  const latest = useRef(run);
  useEffect(() => {
    latest.current = run;
  });
  return useCallback((...values: A) => latest.current(...values), []);
}
