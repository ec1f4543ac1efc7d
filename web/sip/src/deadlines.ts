// SPDX-License-Identifier: Apache-2.0
import type { Outcome } from './outcome';
import type { Call } from './state';

/** How long a call may stay as it is, and what became of it then. */
export interface Deadline {
  readonly milliseconds: number;
  readonly outcome: Outcome;
}

// The server owns the ring time, ten minutes at most; this is for a server that forgot.
const ringing = 660_000;
// A confirmation that does not come within 64*T1 never will (RFC 3261 §13.3.1.4).
const confirming = 35_000;
const asking = 60_000;
/** The server says 100 at once. */
export const answering = 8_000;
export const lostSound = 30_000;

/** What ends a state that nobody else ends; null where people talk, and where all is over. */
export function deadlineOf(call: Call | null): Deadline | null {
  switch (call?.kind) {
    case 'ringing-in':
      return call.stage === 'connecting'
        ? { milliseconds: confirming, outcome: 'connection_lost' }
        : { milliseconds: ringing, outcome: 'missed' };
    case 'ringing-out':
      if (call.stage === 'microphone') {
        return { milliseconds: asking, outcome: 'microphone_unanswered' };
      }
      return call.stage === 'sent'
        ? { milliseconds: answering, outcome: 'no_response' }
        : { milliseconds: ringing, outcome: 'no_answer' };
    case 'talking':
      if (call.stage === 'connected') return null;
      return {
        milliseconds: lostSound,
        outcome: call.stage === 'connecting' ? 'ice_failed' : 'lost',
      };
    case 'ended':
    case undefined:
      return null;
  }
}

/** A state has one clock: it goes on while this stays the same. */
export function stateOf(call: Call | null): string {
  if (call === null) return '';
  return call.kind === 'ended' ? call.kind : `${call.id} ${call.kind} ${call.stage}`;
}
