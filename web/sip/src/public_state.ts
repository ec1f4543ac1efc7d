// SPDX-License-Identifier: Apache-2.0
import type { Outcome } from './outcome';
import type { Party } from './party';
import { isAnswering, type Call, type Ended, type Hold, type Phone, type Talking } from './state';
import type { TransferFailure } from './transfer';

/**
 * The registration at the server. `closed`: nobody has called connect(), or disconnect() since;
 * `connecting`: it is tried; `ready`: calls come and go; `lost`: the network or the server is away, and
 * it is tried again by itself; `refused`: the server does not take the token or the password.
 */
export type Connection = 'closed' | 'connecting' | 'ready' | 'lost' | 'refused';

/** Somebody calls. `answering`: answer() was said, and the sound is on its way. */
export interface IncomingCall {
  readonly kind: 'incoming';
  /** Of this call alone, as long as the page lives. */
  readonly id: string;
  /** Who calls, as the server says it. */
  readonly party: Party;
  readonly stage: 'ringing' | 'answering';
}

/**
 * One calls somebody. `microphone`: the browser asks for leave; `calling`: the server works on it;
 * `ringing`: it rings there.
 */
export interface OutgoingCall {
  readonly kind: 'outgoing';
  /** Of this call alone, as long as the page lives. */
  readonly id: string;
  /** Who was dialled; the name is '' where nobody knows it. */
  readonly party: Party;
  readonly stage: 'microphone' | 'calling' | 'ringing';
}

/** How far sending somebody on has got; `why` says what stood against it. */
export type TransferProgress =
  | { readonly stage: 'asked' | 'ringing' | 'done' }
  | { readonly stage: 'failed'; readonly why: TransferFailure };

/**
 * A conversation. `connecting`: no sound got through yet; `reconnecting`: none gets through any more,
 * and the call ends by itself when that lasts thirty seconds.
 */
export interface TalkingCall {
  readonly kind: 'talking';
  /** Of this call alone, as long as the page lives. */
  readonly id: string;
  /** Who is at the other end now. */
  readonly party: Party;
  readonly stage: 'connecting' | 'connected' | 'reconnecting';
  /** When it was answered, in Unix milliseconds. */
  readonly since: number;
  readonly muted: boolean;
  /** Who has put it on hold; nothing is heard by anybody meanwhile. */
  readonly hold: Hold;
  /** The keys pressed so far, the last few of them. */
  readonly tones: string;
  /** Null until transfer() is said. */
  readonly transfer: TransferProgress | null;
}

/** How the last call ended; stays until the next one, or until dismiss(). */
export interface EndedCall {
  readonly kind: 'ended';
  /** That the call had. */
  readonly id: string;
  readonly party: Party;
  readonly direction: 'in' | 'out';
  readonly outcome: Outcome;
  /** Milliseconds of conversation, 0 when nobody answered. */
  readonly duration: number;
}

/** Nothing goes on and nothing has ended. */
export interface NoCall {
  readonly kind: 'idle';
}

/** What goes on, by its `kind`. */
export type CallState = NoCall | IncomingCall | OutgoingCall | TalkingCall | EndedCall;

/** The telephone as one value; another one whenever something has changed. */
export interface PhoneState {
  readonly connection: Connection;
  /** The call in front: the only one with sound. */
  readonly call: CallState;
  /** Beside a conversation: another one on hold, or somebody who calls meanwhile. */
  readonly waiting: IncomingCall | TalkingCall | null;
}

/** Before connect(). */
export const closedState: PhoneState = {
  connection: 'closed',
  call: { kind: 'idle' },
  waiting: null,
};

/** What of the telephone's state is for others. `origin`: when its clock was 0, in Unix milliseconds. */
export function publicState({ link, call, other, over }: Phone, origin: number): PhoneState {
  const waiting = other === null ? null : callFor(other, origin);
  return {
    connection: link === 'signedOut' ? 'closed' : link,
    call: call === null ? endedFor(over) : callFor(call, origin),
    waiting: waiting?.kind === 'outgoing' ? null : waiting,
  };
}

function endedFor(over: Ended | null): NoCall | EndedCall {
  if (over === null) return { kind: 'idle' };
  const { kind, id, party, direction, duration, transfer } = over;
  const outcome = transfer?.stage === 'done' ? 'transferred' : over.outcome;
  return { kind, id, party, direction, outcome, duration };
}

function callFor(call: Call, origin: number): IncomingCall | OutgoingCall | TalkingCall {
  const { id, party } = call;
  switch (call.kind) {
    case 'ringing-in':
      return { kind: 'incoming', id, party, stage: isAnswering(call) ? 'answering' : 'ringing' };
    case 'ringing-out':
      return { kind: 'outgoing', id, party, stage: outgoingStages[call.stage] };
    case 'talking': {
      const { since, muted, hold, tones } = call;
      const stage = talkingStages[call.stage];
      const transfer = transferFor(call);
      return {
        kind: call.kind,
        id,
        party,
        stage,
        since: since + origin,
        muted,
        hold,
        tones,
        transfer,
      };
    }
  }
}

const outgoingStages = {
  microphone: 'microphone',
  sent: 'calling',
  calling: 'calling',
  ringing: 'ringing',
  early: 'ringing',
} as const;

// Nobody comes back into a call here: that takes a server of ours.
const talkingStages = {
  connecting: 'connecting',
  connected: 'connected',
  reconnecting: 'reconnecting',
  returning: 'reconnecting',
  asking: 'reconnecting',
} as const;

function transferFor({ transfer }: Talking): TransferProgress | null {
  if (transfer === null) return null;
  const { stage, why } = transfer;
  return stage === 'failed' ? { stage, why: why ?? 'failed' } : { stage };
}
