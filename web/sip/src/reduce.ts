// SPDX-License-Identifier: Apache-2.0
import {
  callOf,
  hasRoom,
  isHeldByThem,
  isHeldByUs,
  isReturning,
  type Call,
  type Ended,
  type Hold,
  type Party,
  type Phone,
  type PhoneEvent,
  type RingingIn,
  type RingingOut,
  type Talking,
} from './state';
import { noPictures, type Pictures } from './picture';
import { unknownReach, type Reach } from './reach';
import type { Transfer } from './transfer';

const shownTones = 24;

/**
 * The telephone after an event. Pure. An event about a call that is over, or about another call,
 * changes nothing: signalling, the microphone and the person's click race each other all the time.
 */
export function reduce(phone: Phone, event: PhoneEvent): Phone {
  switch (event.type) {
    case 'link':
      return event.link === phone.link ? phone : { ...phone, link: event.link };
    case 'dialled':
    case 'rings-here':
      return hasRoom(phone) ? withNew(phone, newCall(event)) : phone;
    case 'returning':
      return phone.call === null ? { ...phone, call: event.call, other: event.other } : phone;
    case 'swapped':
      return swapped(phone);
    case 'dismissed':
      return phone.over === null ? phone : { ...phone, over: null };
    case 'finished':
      return finished(phone, event);
    default: {
      const call = callOf(phone, event.id);
      if (call === null) return phone;
      const next = progress(call, event);
      return next === call ? phone : withNext(phone, call, next);
    }
  }
}

type Beginning = Extract<PhoneEvent, { type: 'dialled' | 'rings-here' }>;
type Finish = Extract<PhoneEvent, { type: 'finished' }>;
type CallEvent = Exclude<
  PhoneEvent,
  Beginning | Finish | { type: 'link' | 'returning' | 'swapped' | 'dismissed' }
>;

function newCall(event: Beginning): RingingIn | RingingOut {
  const { id, party } = event;
  if (event.type === 'rings-here') {
    const { reach, sent = null } = event;
    return { kind: 'ringing-in', id, party, direction: 'in', reach, stage: 'ringing', sent };
  }
  const { consults = null } = event;
  return {
    kind: 'ringing-out',
    id,
    party,
    direction: 'out',
    reach: unknownReach,
    stage: 'microphone',
    consults,
  };
}

/** Who calls during a conversation waits beside it; whom the person calls steps in front of it. */
function withNew(phone: Phone, call: RingingIn | RingingOut): Phone {
  const { call: front } = phone;
  if (front?.kind !== 'talking') return { ...phone, call, over: null };
  if (call.kind === 'ringing-in') return { ...phone, other: call };
  return { ...phone, call, other: front, over: null };
}

function withNext(phone: Phone, call: Call, next: Call): Phone {
  if (phone.call === call) return { ...phone, call: next };
  if (next.kind === 'ringing-out') return phone;
  const { call: front } = phone;
  // Whoever is answered while a conversation goes on steps in front of it.
  const isAnswered = call.kind === 'ringing-in' && next.kind === 'talking';
  if (isAnswered && front?.kind === 'talking') return { ...phone, call: next, other: front };
  return { ...phone, other: next };
}

function swapped(phone: Phone): Phone {
  const { call, other } = phone;
  if (call?.kind !== 'talking' || other?.kind !== 'talking') return phone;
  return { ...phone, call: other, other: call };
}

function finished(phone: Phone, event: Finish): Phone {
  const call = callOf(phone, event.id);
  if (call === null) return phone;
  // It goes on in another tab, which says so.
  const isElsewhere = event.outcome === 'went_on';
  const over = isElsewhere || isHandedOver(phone, event) ? phone.over : ended(call, event);
  if (call === phone.call) return { ...phone, call: phone.other, other: null, over };
  // Who sends a waiting caller away goes on talking and need not be told.
  return { ...phone, other: null, over: event.outcome === 'turned_down' ? phone.over : over };
}

/** The call in which somebody was asked goes when the two are connected, and needs no word of its own. */
function isHandedOver({ call, other, over }: Phone, { id }: Finish): boolean {
  const transfers = [call, other].map((each) => (each?.kind === 'talking' ? each.transfer : null));
  return [over?.transfer ?? null, ...transfers].some(
    (transfer) => transfer?.asked === id && transfer.stage !== 'failed',
  );
}

function ended(call: Call, { at, outcome, note = null }: Finish): Ended {
  const { id, party, direction } = call;
  const isTalk = call.kind === 'talking';
  const duration = isTalk ? Math.max(0, at - call.since) : 0;
  const transfer = isTalk ? transferAtEnd(call.transfer, outcome) : null;
  return { kind: 'ended', id, party, direction, outcome, duration, transfer, note };
}

/** The end of the call may say that it is done before anything else does. */
function transferAtEnd(transfer: Transfer | null, outcome: Finish['outcome']): Transfer | null {
  if (transfer === null || transfer.stage === 'failed' || outcome !== 'transferred')
    return transfer;
  return { ...transfer, stage: 'done' };
}

function progress(call: Call, event: CallEvent): Call {
  if (event.type === 'reach') return { ...call, reach: event.reach };
  if (event.type === 'identified') return identified(call, event.party);
  switch (call.kind) {
    case 'ringing-out':
      if (event.type === 'sent') return { ...call, stage: 'sent' };
      if (event.type === 'heard' && call.stage === 'sent') return { ...call, stage: 'calling' };
      if (event.type === 'rings-there') {
        return { ...call, stage: event.early ? 'early' : 'ringing' };
      }
      return confirmed(call, event);
    case 'ringing-in':
      if (event.type === 'silenced' && call.stage === 'ringing') {
        return { ...call, stage: 'silenced' };
      }
      if (event.type === 'answering') return { ...call, stage: 'answering' };
      if (event.type === 'connecting') return { ...call, stage: 'connecting' };
      return confirmed(call, event);
    case 'talking':
      return talk(call, event);
  }
}

function talk(call: Talking, event: CallEvent): Talking {
  switch (event.type) {
    case 'sealed':
      return { ...call, seal: event.seal };
    case 'media':
      return { ...call, stage: event.stage };
    case 'confirmed':
      return isReturning(call) ? { ...call, stage: event.stage } : call;
    case 'away':
      return event.away === call.away ? call : { ...call, away: event.away };
    case 'muted':
      return { ...call, muted: event.muted };
    case 'held': {
      const hold = holdAfter(call, event);
      return hold === call.hold ? call : { ...call, hold, weakness: 'none' };
    }
    case 'picture':
    case 'unshown':
      return picturesAfter(call, event);
    case 'weakness':
      return event.weakness === call.weakness ? call : { ...call, weakness: event.weakness };
    case 'transfer':
      return { ...call, transfer: event.transfer };
    case 'tone':
      return { ...call, tones: (call.tones + event.tone).slice(-shownTones) };
    default:
      return call;
  }
}

function picturesAfter(
  call: Talking,
  event: Extract<CallEvent, { type: 'picture' | 'unshown' }>,
): Talking {
  const before = call.pictures;
  const pictures: Pictures =
    event.type === 'unshown'
      ? { ...before, trouble: event.why }
      : {
          ...before,
          [event.whose]: event.shown,
          // What was said of an earlier wish is of no interest any more.
          trouble: event.whose === 'ours' && event.shown !== 'none' ? null : before.trouble,
        };
  const isSame =
    pictures.ours === before.ours &&
    pictures.theirs === before.theirs &&
    pictures.trouble === before.trouble;
  return isSame ? call : { ...call, pictures };
}

/** Who is there now: whom one talked with before has put one through, unless one is back with them. */
function identified(call: Call, { number, name }: Party): Call {
  const isSame = number === call.party.number;
  const party = { number, name: name || (isSame ? call.party.name : '') };
  if (isSame && party.name === call.party.name) return call;
  if (isSame) return { ...call, party };
  // What was said of the encryption, and of a network that is away, was said of the other one.
  const isTerminated = call.reach.kind === 'terminated';
  const reach: Reach = isTerminated ? { kind: 'terminated', reason: 'other' } : unknownReach;
  if (call.kind !== 'talking') return { ...call, party, reach };
  const sentBy = call.sentBy?.number === number ? null : call.party;
  return { ...call, party, reach, sentBy, away: 'no' };
}

function holdAfter(call: Talking, { by, held }: Extract<CallEvent, { type: 'held' }>): Hold {
  const byUs = by === 'us' ? held : isHeldByUs(call);
  const byThem = by === 'them' ? held : isHeldByThem(call);
  if (byUs) return byThem ? 'both' : 'us';
  return byThem ? 'them' : 'nobody';
}

function confirmed(call: RingingIn | RingingOut, event: CallEvent): Call {
  if (event.type !== 'confirmed') return call;
  const { id, party, direction, reach } = call;
  return {
    kind: 'talking',
    id,
    party,
    direction,
    reach,
    stage: event.stage,
    since: event.at,
    muted: false,
    hold: 'nobody',
    away: 'no',
    seal: null,
    pictures: noPictures,
    weakness: 'none',
    tones: '',
    consults: call.kind === 'ringing-out' ? call.consults : null,
    transfer: null,
    sentBy: null,
  };
}
