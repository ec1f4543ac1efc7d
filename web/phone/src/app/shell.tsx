// SPDX-License-Identifier: Apache-2.0
import type { Api } from '@dering/api/client';
import type { Me, SessionChange } from '@dering/api/types';
import { Loader } from '@mantine/core';
import {
  lazy,
  Suspense,
  useMemo,
  useSyncExternalStore,
  type ComponentProps,
  type ReactNode,
} from 'react';
import { useTranslation } from 'react-i18next';
import type { Identity } from '../boot/identity';
import { isEnd } from '../boot/renewal';
import { announcement } from '../call/call_text';
import { usePhone } from '../call/telephone_context';
import { echoNumber } from '../shared/service_numbers';
import { Calls, Foot } from './calls';
import { ForwardingBanner } from './forwarding_banner';
import type { Place } from '../settings/settings_page';
import { Header } from './header';
import { LeftPane } from './left_pane';
import { ParkingBanner } from './parking_banner';
import { RightPane } from './right_pane';
import type { Seat } from './seat';
import classes from './shell.module.css';
import { ShortcutSheet } from './shortcut_sheet';
import { StandingBanner } from './standing_banner';
import { usePage } from './use_page';
import { useSide } from './side';

const SettingsPage = lazy(() => import('../settings/settings_page'));

interface Properties {
  readonly me: Me;
  readonly api: Api;
  readonly identity: Pick<Identity, 'watch' | 'standing'>;
  readonly seat: Seat;
  /** What this tab has to say about the telephone and its sound. */
  readonly banner: ReactNode;
  readonly onSession: (change: SessionChange) => Promise<boolean>;
  /** Not there where nobody can sign out. */
  readonly onSignOut: (() => void) | undefined;
}

/** The page: people on the left, a person or the call on the right, the call at the foot. */
export function Shell({ me, api, identity, seat, banner, onSession, onSignOut }: Properties) {
  const standing = useSyncExternalStore(identity.watch, identity.standing);
  const page = usePage({ api, isLive: !isEnd(standing), onSession, seat });
  const { call, over, canCall, people, keypad, history, way } = page;
  const { route } = way;
  const selected = route.kind === 'person' ? route.number : null;
  const select = (number: string) => way.go({ kind: 'person', number });
  const open = (place: Place) => way.go({ kind: 'settings', place });
  const others = useMemo(
    () => people.filter(({ extension }) => extension !== me.extension),
    [people, me.extension],
  );
  const side = useSide(page);
  const onEcho = canCall ? () => page.dial(echoNumber) : undefined;
  const settings = { api, me, people, onEcho, onClose: way.leave };
  return (
    <div className={classes.shell}>
      <Header
        me={me}
        onOpen={open}
        onCheck={side.check}
        onShortcuts={() => page.setSheetOpen(true)}
        onSignOut={onSignOut}
      />
      <StandingBanner standing={standing} />
      <ForwardingBanner
        api={api}
        me={me}
        byNumber={page.byNumber}
        onOpen={() => open('forwarding')}
      />
      <ParkingBanner parked={page.parked} canCall={canCall} onTake={page.dial} />
      {banner}
      <main className={classes.panes} data-side={side.isRight ? 'right' : 'left'}>
        <LeftPane
          api={api}
          own={me.extension}
          people={others}
          state={page.state}
          list={way.list}
          onList={(list) => way.go({ kind: 'list', list })}
          onFind={() => way.showList('people')}
          selected={selected}
          canCall={canCall}
          isFree={canCall && call === null}
          history={history}
          search={page.search}
          onSelect={select}
          onDial={page.dial}
        />
        <RightPane
          call={call}
          over={over}
          person={side.person}
          isSelf={selected === me.extension}
          canCall={canCall}
          showsWelcome={side.welcome.isShown}
          keypadOpen={keypad.isOpen}
          tune={page.tune}
          missed={history.missed}
          unseen={history.state.unseen}
          onSeen={history.see}
          onOpen={select}
          onKey={page.press}
          onDial={page.dial}
          onWelcomed={side.welcome.finish}
          onBack={side.back}
        >
          {route.kind === 'settings' && <Settings place={route.place} {...settings} />}
        </RightPane>
        <Foot api={api} me={me} page={page} isBelowPage={side.showsCall} onShow={side.show} />
      </main>
      <Calls page={page} people={others} />
      <ShortcutSheet opened={page.sheetOpen} onClose={() => page.setSheetOpen(false)} />
      <Announcer />
    </div>
  );
}

/** Says to a screen reader what became of the call. */
function Announcer() {
  const { t } = useTranslation();
  const phone = usePhone((whole) => whole);
  return (
    <p className="visually-hidden" aria-live="assertive" data-testid="announcer">
      {announcement(phone, t)}
    </p>
  );
}

/** A page of the settings, which is loaded when it is wanted. */
function Settings(properties: ComponentProps<typeof SettingsPage>) {
  const { t } = useTranslation();
  return (
    <Suspense fallback={<Loader className={classes.wait ?? ''} aria-label={t('app.loading')} />}>
      <SettingsPage key={properties.place} {...properties} />
    </Suspense>
  );
}
