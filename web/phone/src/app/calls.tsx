// SPDX-License-Identifier: Apache-2.0
import type { Api } from '@dering/api/client';
import type { Me, Person } from '@dering/api/types';
import { CallBar } from '../call/call_bar';
import { activeCall } from '../call/call_text';
import { IncomingCard } from '../call/incoming_card';
import { OtherBar } from '../call/other_bar';
import { TransferDialog } from '../call/transfer_dialog';
import { PickupNotice } from './pickup_notice';
import classes from './shell.module.css';
import type { Page } from './use_page';

interface FootProperties {
  readonly api: Api;
  readonly me: Me;
  readonly page: Page;
  /** The page of the call is in sight. */
  readonly isBelowPage: boolean;
  readonly onShow: () => void;
}

/** What goes on, at the foot of every page. */
export function Foot({ api, me, page, isBelowPage, onShow }: FootProperties) {
  const { phone, call, keypad, transfer, pickups } = page;
  const active = activeCall(call);
  return (
    <div className={classes.foot}>
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
          isBelowPage={isBelowPage}
          keypadOpen={keypad.isOpen}
          onKeypad={keypad.toggle}
          onTransfer={transfer.canOpen ? transfer.toggle : undefined}
          onShow={onShow}
        />
      )}
    </div>
  );
}

interface Properties {
  readonly page: Page;
  /** Whom a call can be sent on to. */
  readonly people: readonly Person[];
}

/** What asks for an answer, above all else. */
export function Calls({ page, people }: Properties) {
  const { call, transfer } = page;
  return (
    <>
      {call?.kind === 'ringing-in' && (
        <IncomingCard key={call.id} call={call} person={page.byNumber.get(call.party.number)} />
      )}
      {transfer.isOpen && call !== null && (
        <TransferDialog party={call.party} people={people} onClose={transfer.toggle} />
      )}
    </>
  );
}
