// SPDX-License-Identifier: Apache-2.0
import type { Api } from '@dering/api/client';
import type { Me, Person, SessionChange } from '@dering/api/types';
import { Loader } from '@mantine/core';
import { lazy, Suspense, useMemo, useSyncExternalStore, type ComponentProps } from 'react';
import { useTranslation } from 'react-i18next';
import type { Identity } from '../boot/identity';
import { isEnd } from '../boot/renewal';
import { CallBar } from '../call/call_bar';
import { activeCall, announcement } from '../call/call_text';
import { IncomingCard } from '../call/incoming_card';
import { OtherBar } from '../call/other_bar';
import { usePhone } from '../call/telephone_context';
import { TransferDialog } from '../call/transfer_dialog';
import { ForwardingBanner } from './forwarding_banner';
import { Header } from './header';
import { LeftPane } from './left_pane';
import { ParkingBanner } from './parking_banner';
import { PickupNotice } from './pickup_notice';
import { RefusalBanner } from './refusal_banner';
import { RightPane } from './right_pane';
import classes from './shell.module.css';
import { ShortcutSheet } from './shortcut_sheet';
import { SilenceBanner } from './silence_banner';
import { StandingBanner } from './standing_banner';
import { usePage } from './use_page';
import { useWelcome } from './welcomed';

const SettingsPage = lazy(() => import('../settings/settings_page'));

interface Properties {
  readonly me: Me;
  readonly api: Api;
  readonly identity: Pick<Identity, 'watch' | 'standing'>;
  readonly websocket: string;
  readonly onSession: (change: SessionChange) => Promise<boolean>;
  /** Not there where nobody can sign out. */
  readonly onSignOut: (() => void) | undefined;
}

/** The page: people on the left, a person or the call on the right, the call at the foot. */
export function Shell({ me, api, identity, websocket, onSession, onSignOut }: Properties) {
  const standing = useSyncExternalStore(identity.watch, identity.standing);
  const page = usePage({ api, isLive: !isEnd(standing), onSession });
  const { call, over, canCall, people, selected, select, place, keypad } = page;
  const welcome = useWelcome();
  const others = useMemo(
    () => people.filter(({ extension }) => extension !== me.extension),
    [people, me.extension],
  );
  const person = selected === null ? undefined : page.byNumber.get(selected);
  const active = activeCall(call);
  const showsRight = active ?? person ?? place ?? (over !== null || welcome.isShown);
  const settings = { api, me, people, onClose: () => page.open(null) };
  const check = () => {
    select(null);
    welcome.show();
  };
  const back = () => {
    select(null);
    page.dismiss();
    welcome.finish();
  };
  return (
    <div className={classes.shell}>
      <Header
        me={me}
        onOpen={page.open}
        onCheck={check}
        onShortcuts={() => page.setSheetOpen(true)}
        onSignOut={onSignOut}
      />
      <StandingBanner standing={standing} />
      <ForwardingBanner
        api={api}
        me={me}
        byNumber={page.byNumber}
        onOpen={() => page.open('forwarding')}
      />
      <ParkingBanner parked={page.parked} canCall={canCall} onTake={page.dial} />
      <RefusalBanner websocket={websocket} />
      <SilenceBanner />
      <main className={classes.panes} data-side={showsRight ? 'right' : 'left'}>
        <LeftPane
          api={api}
          own={me.extension}
          people={others}
          state={page.state}
          selected={selected}
          canCall={canCall}
          search={page.search}
          onSelect={select}
          onDial={page.dial}
        />
        <RightPane
          call={call}
          over={over}
          person={person}
          isSelf={selected === me.extension}
          canCall={canCall}
          showsWelcome={welcome.isShown}
          keypadOpen={keypad.isOpen}
          tune={page.tune}
          onKey={page.press}
          onDial={page.dial}
          onWelcomed={welcome.finish}
          onBack={back}
        >
          {place !== null && <Settings place={place} {...settings} />}
        </RightPane>
      </main>
      <Calls api={api} me={me} page={page} people={others} onShow={() => select(null)} />
      <ShortcutSheet opened={page.sheetOpen} onClose={() => page.setSheetOpen(false)} />
      <Announcer />
    </div>
  );
}

interface CallsProperties extends Pick<Properties, 'api' | 'me'> {
  readonly page: ReturnType<typeof usePage>;
  /** Whom a call can be sent on to. */
  readonly people: readonly Person[];
  readonly onShow: () => void;
}

/** What goes on, at the foot of every page, and what asks for an answer. */
function Calls({ api, me, page, people, onShow }: CallsProperties) {
  const { phone, call, keypad, transfer, pickups } = page;
  const active = activeCall(call);
  return (
    <>
      <PickupNotice
        api={api}
        me={me}
        byNumber={page.byNumber}
        ringing={pickups.ringing}
        canCall={page.canCall}
        onPickUp={page.dial}
        onHide={pickups.hide}
      />
      {phone.other !== null && <OtherBar key={phone.other.id} front={call} other={phone.other} />}
      {active !== null && (
        <CallBar
          key={active.id}
          call={active}
          keypadOpen={keypad.isOpen}
          onKeypad={keypad.toggle}
          onTransfer={transfer.canOpen ? transfer.toggle : undefined}
          onShow={onShow}
        />
      )}
      {call?.kind === 'ringing-in' && (
        <IncomingCard key={call.id} call={call} person={page.byNumber.get(call.party.number)} />
      )}
      {transfer.isOpen && call !== null && (
        <TransferDialog party={call.party} people={people} onClose={transfer.toggle} />
      )}
    </>
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
