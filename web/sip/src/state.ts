// SPDX-License-Identifier: Apache-2.0
import type { Outcome } from './outcome';
import type { Weakness } from './quality';
import type { Reach } from './reach';
import type { Party } from './party';
import { noPictures, type Pictures, type PictureTrouble, type Shown } from './picture';
import type { Transfer } from './transfer';

export type { Party };

/** The registration of this page at the switchboard. `signedOut` is for good. */
export type Link = 'connecting' | 'ready' | 'lost' | 'refused' | 'signedOut';

export type Direction = 'in' | 'out';

/** How a call came to somebody for whom it was not. */
export interface Sent {
  /** `parked`: one parked it, and nobody took it. */
  readonly how: 'forwarded' | 'transferred' | 'parked';
  /** Whom it was for, who put it through, or the place where it was parked. */
  readonly whose: Party;
  /** The last who forwarded it, if that is somebody else. */
  readonly through: Party | null;
}

/**
 * What proves that nobody in between decrypts: both certificates as the two browsers present them,
 * and the numbers of the words that both sides can compare aloud.
 */
export interface Seal {
  readonly local: string;
  readonly remote: string;
  readonly words: readonly number[];
}

/** Whether the phone of the other side can be reached (`unreached`: not), and nothing is heard of it. */
export type Away = 'no' | 'unreached' | 'unheard';

/** Who has put a conversation on hold. */
export type Hold = 'nobody' | 'us' | 'them' | 'both';

interface Common {
  readonly id: string;
  readonly party: Party;
  readonly direction: Direction;
}

interface Live extends Common {
  readonly reach: Reach;
}

export interface RingingIn extends Live {
  readonly kind: 'ringing-in';
  /** `answering`: the browser is asked for the microphone; `connecting`: the answer is on its way. */
  readonly stage: 'ringing' | 'silenced' | 'answering' | 'connecting';
  readonly sent: Sent | null;
}

export interface RingingOut extends Live {
  readonly kind: 'ringing-out';
  /**
   * `sent`: nobody has said anything yet; `calling`: the server works on it; `early`: it rings, and
   * how that sounds comes from there.
   */
  readonly stage: 'microphone' | 'sent' | 'calling' | 'ringing' | 'early';
  /** The call on hold about which somebody is asked here. */
  readonly consults: string | null;
}

export interface Talking extends Live {
  readonly kind: 'talking';
  /**
   * `connecting`: no sound got through yet; `returning`: the page was loaded anew, or another tab
   * led before, and it comes back; `asking`: the same, and the browser asks for the microphone.
   */
  readonly stage: 'connecting' | 'connected' | 'reconnecting' | 'returning' | 'asking';
  /** Milliseconds of the telephone's clock. */
  readonly since: number;
  readonly muted: boolean;
  readonly hold: Hold;
  readonly away: Away;
  readonly seal: Seal | null;
  readonly pictures: Pictures;
  readonly weakness: Weakness;
  /** The tones pressed so far, the last few of them. */
  readonly tones: string;
  /** The call on hold about which somebody is asked here. */
  readonly consults: string | null;
  /** Of whom this call is with, to somebody else. */
  readonly transfer: Transfer | null;
  /** Whom one talked with before, and who put one through to whom one talks with now. */
  readonly sentBy: Party | null;
}

export interface Ended extends Common {
  readonly kind: 'ended';
  readonly outcome: Outcome;
  /** Milliseconds of conversation, 0 when nobody answered. */
  readonly duration: number;
  /** How far it had got. */
  readonly transfer: Transfer | null;
  /** What who declined said. */
  readonly note: string | null;
}

export type Call = RingingIn | RingingOut | Talking;

/** The whole telephone as one value. */
export interface Phone {
  readonly link: Link;
  /** The call in front: the only one with sound. */
  readonly call: Call | null;
  /** Beside it one that waits to be answered, or one that is on hold. */
  readonly other: RingingIn | Talking | null;
  /** How the last call ended, until the person closes the card. */
  readonly over: Ended | null;
}

export const idlePhone: Phone = { link: 'connecting', call: null, other: null, over: null };

/** True while a conversation or an attempt at one is going on. */
export function isBusy(phone: Phone): boolean {
  return phone.call !== null;
}

/** Whether one more call may come or be placed: two at most, and only beside a conversation. */
export function hasRoom({ call, other }: Phone): boolean {
  return call === null || (call.kind === 'talking' && other === null);
}

export function callsOf({ call, other }: Phone): readonly Call[] {
  return [call, other].filter((each) => each !== null);
}

export function callOf(phone: Phone, id: string): Call | null {
  return callsOf(phone).find((call) => call.id === id) ?? null;
}

/** The call that rings here: the only one, or the one that waits beside a conversation. */
export function ringingOf({ call, other }: Phone): RingingIn | null {
  if (call?.kind === 'ringing-in') return call;
  return other?.kind === 'ringing-in' ? other : null;
}

/** True once the person wants to answer. */
export function isAnswering({ stage }: RingingIn): boolean {
  return stage === 'answering' || stage === 'connecting';
}

export const isHeldByUs = ({ hold }: Talking): boolean => hold === 'us' || hold === 'both';
export const isHeldByThem = ({ hold }: Talking): boolean => hold === 'them' || hold === 'both';

/** Not there yet: the page was loaded anew, or another tab led before. */
export const isReturning = (call: Call): boolean =>
  call.kind === 'talking' && (call.stage === 'returning' || call.stage === 'asking');

/** Of the call in front. */
export const picturesOf = ({ call }: Phone): Pictures =>
  call?.kind === 'talking' ? call.pictures : noPictures;

/** Whether the other side's sound is to be heard; who holds us sends what the server plays, or nothing. */
export function isAudible(call: Call): boolean {
  if (call.kind !== 'talking') return true;
  return call.hold === 'nobody' || (call.hold === 'them' && call.reach.kind === 'terminated');
}

/** Whether this page plays its own tune: who holds us can send none, and the server has no key. */
export function isServedATune(call: Call | null): boolean {
  if (call?.kind !== 'talking') return false;
  if (call.away === 'unheard' && call.reach.kind === 'sealed' && !isHeldByUs(call)) return true;
  if (call.hold !== 'them' || isAudible(call)) return false;
  return call.transfer === null || call.transfer.stage === 'failed';
}

export type PhoneEvent =
  | { readonly type: 'link'; readonly link: Link }
  | {
      readonly type: 'dialled';
      readonly id: string;
      readonly party: Party;
      readonly consults?: string | null;
    }
  | {
      readonly type: 'returning';
      readonly call: Talking;
      readonly other: Talking | null;
    }
  | { readonly type: 'sent'; readonly id: string }
  | { readonly type: 'heard'; readonly id: string }
  | { readonly type: 'rings-there'; readonly id: string; readonly early: boolean }
  | {
      readonly type: 'rings-here';
      readonly id: string;
      readonly party: Party;
      readonly reach: Reach;
      readonly sent?: Sent | null;
    }
  | { readonly type: 'silenced'; readonly id: string }
  | { readonly type: 'answering'; readonly id: string }
  | { readonly type: 'connecting'; readonly id: string }
  | {
      readonly type: 'confirmed';
      readonly id: string;
      readonly at: number;
      readonly stage: Talking['stage'];
    }
  | { readonly type: 'reach'; readonly id: string; readonly reach: Reach }
  | { readonly type: 'sealed'; readonly id: string; readonly seal: Seal | null }
  | { readonly type: 'media'; readonly id: string; readonly stage: Talking['stage'] }
  | { readonly type: 'muted'; readonly id: string; readonly muted: boolean }
  | {
      readonly type: 'held';
      readonly id: string;
      readonly by: 'us' | 'them';
      readonly held: boolean;
    }
  | { readonly type: 'away'; readonly id: string; readonly away: Away }
  | { readonly type: 'weakness'; readonly id: string; readonly weakness: Weakness }
  | {
      readonly type: 'picture';
      readonly id: string;
      readonly whose: 'ours' | 'theirs';
      readonly shown: Shown;
    }
  /** What was wished is not shown; null: that was read. */
  | { readonly type: 'unshown'; readonly id: string; readonly why: PictureTrouble | null }
  | { readonly type: 'tone'; readonly id: string; readonly tone: string }
  | { readonly type: 'identified'; readonly id: string; readonly party: Party }
  | { readonly type: 'transfer'; readonly id: string; readonly transfer: Transfer | null }
  | { readonly type: 'swapped' }
  | {
      readonly type: 'finished';
      readonly id: string;
      readonly at: number;
      readonly outcome: Outcome;
      readonly note?: string | null;
    }
  | { readonly type: 'dismissed' };
