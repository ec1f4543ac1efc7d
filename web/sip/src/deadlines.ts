// SPDX-License-Identifier: Apache-2.0
import type { Outcome } from './outcome';
import { callsOf, type Call, type Phone } from './state';

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
/** The server waits five seconds longer, from the moment on when it heard of the new page. */
export const returning = 20_000;

/** What ends a state that nobody else ends; null where people talk, and where all is over. */
export function deadlineOf(call: Call): Deadline | null {
  switch (call.kind) {
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
      if (call.stage === 'asking') {
        return { milliseconds: returning, outcome: 'microphone_unanswered' };
      }
      if (call.stage === 'returning') return { milliseconds: returning, outcome: 'not_back' };
      return {
        milliseconds: lostSound,
        outcome: call.stage === 'connecting' ? 'ice_failed' : 'lost',
      };
  }
}

/** A state has one clock: it goes on while this stays the same. */
const stateOf = (call: Call): string => `${call.kind} ${call.stage}`;

interface Clock {
  readonly state: string;
  readonly timer: ReturnType<typeof setTimeout> | undefined;
}

/** One clock for each call. */
export class Deadlines {
  private readonly clocks = new Map<string, Clock>();

  constructor(private readonly onLate: (id: string) => void) {}

  watch(phone: Phone): void {
    const calls = callsOf(phone);
    for (const [id, { timer }] of this.clocks) {
      if (calls.some((call) => call.id === id)) continue;
      clearTimeout(timer);
      this.clocks.delete(id);
    }
    for (const call of calls) this.set(call);
  }

  private set(call: Call): void {
    const state = stateOf(call);
    const clock = this.clocks.get(call.id);
    if (clock?.state === state) return;
    clearTimeout(clock?.timer);
    const deadline = deadlineOf(call);
    const timer = deadline
      ? setTimeout(() => this.onLate(call.id), deadline.milliseconds)
      : undefined;
    this.clocks.set(call.id, { state, timer });
  }
}
