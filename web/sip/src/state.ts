// SPDX-License-Identifier: Apache-2.0
import type { Outcome } from './outcome';

/** The registration of this page at the switchboard. `signedOut` is for good. */
export type Link = 'connecting' | 'ready' | 'lost' | 'refused' | 'signedOut';

export type Direction = 'in' | 'out';

/** The other side. The name is what signalling or the directory said, '' when neither knows. */
export interface Party {
  readonly number: string;
  readonly name: string;
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

interface Common {
  readonly id: string;
  readonly party: Party;
  readonly direction: Direction;
}

export interface RingingIn extends Common {
  readonly kind: 'ringing-in';
  /** `answering`: the browser is asked for the microphone; `connecting`: the answer is on its way. */
  readonly stage: 'ringing' | 'silenced' | 'answering' | 'connecting';
}

export interface RingingOut extends Common {
  readonly kind: 'ringing-out';
  /** `sent`: nobody has said anything yet; `calling`: the server works on it. */
  readonly stage: 'microphone' | 'sent' | 'calling' | 'ringing';
}

export interface Talking extends Common {
  readonly kind: 'talking';
  /** `connecting`: no sound got through yet. */
  readonly stage: 'connecting' | 'connected' | 'reconnecting';
  /** Milliseconds of the telephone's clock. */
  readonly since: number;
  readonly muted: boolean;
  readonly seal: Seal | null;
  /** The tones pressed so far, the last few of them. */
  readonly tones: string;
}

export interface Ended extends Common {
  readonly kind: 'ended';
  readonly outcome: Outcome;
  /** Milliseconds of conversation, 0 when nobody answered. */
  readonly duration: number;
}

export type Call = RingingIn | RingingOut | Talking | Ended;

/** The whole telephone as one value. `call` stays `ended` until the person closes the card. */
export interface Phone {
  readonly link: Link;
  readonly call: Call | null;
}

export const idlePhone: Phone = { link: 'connecting', call: null };

/** True while a conversation or an attempt at one is going on. */
export function isBusy(phone: Phone): boolean {
  return phone.call !== null && phone.call.kind !== 'ended';
}

/** True once the person wants to answer. */
export function isAnswering({ stage }: RingingIn): boolean {
  return stage === 'answering' || stage === 'connecting';
}

export type PhoneEvent =
  | { readonly type: 'link'; readonly link: Link }
  | { readonly type: 'dialled'; readonly id: string; readonly party: Party }
  | { readonly type: 'sent'; readonly id: string }
  | { readonly type: 'heard'; readonly id: string }
  | { readonly type: 'rings-there'; readonly id: string }
  | { readonly type: 'rings-here'; readonly id: string; readonly party: Party }
  | { readonly type: 'silenced'; readonly id: string }
  | { readonly type: 'answering'; readonly id: string }
  | { readonly type: 'connecting'; readonly id: string }
  | {
      readonly type: 'confirmed';
      readonly id: string;
      readonly at: number;
      readonly stage: Talking['stage'];
    }
  | { readonly type: 'sealed'; readonly id: string; readonly seal: Seal }
  | { readonly type: 'media'; readonly id: string; readonly stage: Talking['stage'] }
  | { readonly type: 'muted'; readonly id: string; readonly muted: boolean }
  | { readonly type: 'tone'; readonly id: string; readonly tone: string }
  | {
      readonly type: 'finished';
      readonly id: string;
      readonly at: number;
      readonly outcome: Outcome;
    }
  | { readonly type: 'dismissed' };
