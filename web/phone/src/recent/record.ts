// SPDX-License-Identifier: Apache-2.0
import type { CallRecord } from '@dering/api/types';

export type RecordKind = 'missed' | 'unanswered' | 'in' | 'out';

/** What the person wants to see at a glance. */
export function kindOf(call: CallRecord): RecordKind {
  if (isAnswered(call)) return call.direction;
  if (call.direction === 'out') return 'unanswered';
  return call.missed ? 'missed' : 'in';
}

/** What to dial for who is at the other end: `3001@pbx` is 3001 at another exchange. */
export function numberOf({ peer }: CallRecord): string {
  return peer.replace(/@.*$/, '');
}

/** Whether the call with one id came after the one with the other: they count up. */
export function isLater(id: string, other: string): boolean {
  return id.length === other.length ? id > other : id.length > other.length;
}

/** Somebody called in vain, and nobody has seen it yet. */
export function isNew({ id, missed }: CallRecord, seenUntil: string): boolean {
  return missed && isLater(id, seenUntil);
}

/** The outcomes that have words of their own where nobody answered, seen by the caller… */
const outgoing = [
  'cancelled',
  'caller_gone',
  'busy',
  'declined',
  'no_answer',
  'offline',
  'unknown_number',
  'self_call',
  'incompatible',
  'already_calling',
  'too_many_calls',
  'media_unavailable',
  'failed',
  'shutdown',
  'signed_out',
  'no_microphone',
  'unavailable',
  'refused',
  'nothing_rings',
  'parking_full',
  'nothing_parked',
  'not_allowed',
  'closed',
  'not_yet',
  'no_way_out',
  'unprotected',
  'do_not_disturb',
  'forwarding_loop',
  'forwarded_nowhere',
] as const;
/** … and by the person who was called. */
const incoming = [
  'cancelled',
  'caller_gone',
  'busy',
  'declined',
  'offline',
  'incompatible',
  'media_unavailable',
  'failed',
  'shutdown',
  'no_microphone',
  'unavailable',
  'refused',
  'unprotected',
  'elsewhere',
  'do_not_disturb',
  'forwarding_loop',
  'forwarded_nowhere',
  'forwarded',
] as const;
/** Ends of a conversation that nobody wanted. */
const broken = ['lost', 'media_lost', 'shutdown', 'signed_out'] as const;

type Reason =
  | `recent.outgoing.${(typeof outgoing)[number]}`
  | `recent.incoming.${(typeof incoming)[number]}`
  | `recent.broken.${(typeof broken)[number]}`
  | `recent.transferred.${CallRecord['direction']}`;

/** Ends of a conversation that somebody wanted. */
const ended = new Set(['answered', 'transferred']);

/** Why it went as it did; null where the kind of the call says all there is to say. */
export function reasonOf(call: CallRecord): Reason | null {
  const is = (outcome: string) => outcome === call.outcome;
  if (isAnswered(call)) {
    const found = broken.find(is);
    if (found !== undefined) return `recent.broken.${found}`;
    return call.transferred ? `recent.transferred.${call.direction}` : null;
  }
  if (call.direction === 'out') {
    const found = outgoing.find(is);
    return found === undefined ? null : `recent.outgoing.${found}`;
  }
  const found = incoming.find(is);
  return found === undefined ? null : `recent.incoming.${found}`;
}

function isAnswered({ duration_ms, outcome }: CallRecord): boolean {
  return duration_ms > 0 || (duration_ms === 0 && ended.has(outcome));
}
