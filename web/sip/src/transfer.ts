// SPDX-License-Identifier: Apache-2.0
import { isHeldByUs, type Call, type Party, type Phone, type Talking } from './state';

/** Why nobody was put through: what the number said, or what the server had against it. */
export const transferFailures = [
  'busy',
  'declined',
  'no_answer',
  'offline',
  'gave_up',
  'incompatible',
  'not_allowed',
  'unknown_number',
  'already_there',
  'too_many',
  'under_way',
  'over',
  'connection_lost',
  'unheard',
  'failed',
] as const;

export type TransferFailure = (typeof transferFailures)[number];

/** What the line tells of a transfer; the server does it, and says what really happens. */
export type TransferNews =
  | { readonly kind: 'ringing' }
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly why: TransferFailure };

/** Sending on whom this call is with, as far as it has got. */
export interface Transfer {
  readonly to: Party;
  /**
   * `asked`: the server works on it; `ringing`: it rings there; `done`: they talk with each other;
   * `failed`: they are back here, or never left.
   */
  readonly stage: 'asked' | 'ringing' | 'done' | 'failed';
  /** Only of a failure. */
  readonly why: TransferFailure | null;
  /** The call in which that person was asked first; it goes when the two are connected. */
  readonly asked: string | null;
  /** They are on hold for this alone, and the conversation goes on by itself if it fails. */
  readonly resumes: boolean;
}

/** Whom this call was with is on the way, or there: nobody is at the other end. */
export const isUnderWay = (call: Call | null): boolean =>
  call?.kind === 'talking' && call.transfer !== null && call.transfer.stage !== 'failed';

/** The call was asked about the one that waits beside it. */
export function isConsultation(call: Call | null, other: Phone['other']): boolean {
  return (
    call !== null && call.kind !== 'ringing-in' && other !== null && call.consults === other.id
  );
}

/** Two calls of which the people can be connected with each other. */
export interface Pair {
  /** Is sent on. */
  readonly held: Talking;
  /** Is where they go: there somebody talks, or it rings. */
  readonly asked: Exclude<Call, { kind: 'ringing-in' }>;
}

const canBeJoined = (call: Call): call is Pair['asked'] =>
  call.kind === 'talking' ||
  (call.kind === 'ringing-out' && (call.stage === 'ringing' || call.stage === 'early'));

/** Who can be connected with whom. After a swap it is still the one who was asked about. */
export function pairOf({ call, other }: Phone): Pair | null {
  if (call === null || other?.kind !== 'talking' || isUnderWay(call) || isUnderWay(other)) {
    return null;
  }
  if (call.kind === 'talking' && other.consults === call.id) return { held: call, asked: other };
  return canBeJoined(call) ? { held: other, asked: call } : null;
}

/** Whether whom this call is with can be sent on now. */
export function canSendOn({ call, link }: Phone): boolean {
  return call?.kind === 'talking' && !isUnderWay(call) && link === 'ready';
}

/** Whether a conversation that is on hold only for the sake of a transfer is to go on. */
export const isToResume = (call: Call | null): call is Talking =>
  call?.kind === 'talking' && isHeldByUs(call) && !isUnderWay(call);

const refusals: Readonly<Record<number, TransferFailure>> = {
  403: 'not_allowed',
  404: 'unknown_number',
  408: 'connection_lost',
  481: 'over',
  482: 'already_there',
  488: 'incompatible',
  491: 'under_way',
  503: 'too_many',
};

const endings: Readonly<Record<number, TransferFailure>> = {
  403: 'declined',
  404: 'unknown_number',
  408: 'no_answer',
  480: 'offline',
  482: 'already_there',
  486: 'busy',
  487: 'gave_up',
  488: 'incompatible',
  600: 'busy',
  603: 'declined',
};

/** Why the server does not even try. */
export const whyRefused = (status: number): TransferFailure => refusals[status] ?? 'failed';

/** Why it tried in vain. */
export const whyFailed = (status: number): TransferFailure => endings[status] ?? 'failed';
