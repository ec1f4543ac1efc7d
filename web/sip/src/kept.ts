// SPDX-License-Identifier: Apache-2.0
import type { Party } from './party';
import { noPictures } from './picture';
import { partyShape } from './phone_shape';
import { listOf, number, oneOf, optional, orNull, record, text, yesOrNo } from './shape';
import { unknownReach } from './reach';
import { isHeldByUs, type Direction, type Talking } from './state';
import { isUnderWay } from './joining';

/** The dialog of another page of this person, as an INVITE names it that takes its place (RFC 3891), or a BYE. */
export interface DialogName {
  readonly callId: string;
  readonly ownTag: string;
  readonly theirTag: string;
}

/** What a page must know to come back into a call after it was loaded anew; or another tab, which leads now. */
export interface Kept {
  readonly id: string;
  readonly dialog: DialogName;
  readonly party: Party;
  readonly direction: Direction;
  /** Unix milliseconds: the clock of a page begins anew with it. */
  readonly since: number;
  readonly muted: boolean;
  readonly held: boolean;
  readonly consults: string | null;
  readonly sentBy: Party | null;
  /** Its camera or screen was on: that ends with the page. */
  readonly showed?: boolean | undefined;
}

/** The clock of the telephone, and that of all pages; both in milliseconds. */
export interface Now {
  readonly own: number;
  readonly unix: number;
}

const longestToken = 512;
const token = (value: unknown): value is string =>
  text(value) && value.length <= longestToken && /^[^\s;,"]+$/.test(value);

export const keptShape = listOf(
  record<Kept>({
    id: text,
    dialog: record<DialogName>({ callId: token, ownTag: token, theirTag: token }),
    party: partyShape,
    direction: oneOf('in', 'out'),
    since: number,
    muted: yesOrNo,
    held: yesOrNo,
    consults: orNull(text),
    sentBy: orNull(partyShape),
    showed: optional(yesOrNo),
  }),
);

/** Null for what nobody could come back into: whom it was with is on the way to somebody else. */
export function keptOf(call: Talking, dialog: DialogName | null, now: Now): Kept | null {
  if (dialog === null || isUnderWay(call)) return null;
  const { id, party, direction, muted, consults, sentBy } = call;
  const since = call.since - now.own + now.unix;
  const held = isHeldByUs(call);
  const showed = call.pictures.ours !== 'none' && { showed: true };
  return { id, dialog, party, direction, since, muted, held, consults, sentBy, ...showed };
}

/** The call as it is shown until the page is back in it: who, and for how long. */
export function returningOf(kept: Kept, now: Now): Talking {
  const { id, party, direction, muted, held, consults, sentBy, showed } = kept;
  return {
    kind: 'talking',
    id,
    party,
    direction,
    reach: unknownReach,
    stage: 'returning',
    since: Math.min(now.own, kept.since - now.unix + now.own),
    muted,
    hold: held ? 'us' : 'nobody',
    away: 'no',
    seal: null,
    pictures: showed === true ? { ...noPictures, trouble: 'reloaded' } : noPictures,
    weakness: 'none',
    tones: '',
    consults,
    transfer: null,
    sentBy,
  };
}
