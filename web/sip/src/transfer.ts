// SPDX-License-Identifier: Apache-2.0
import type { Party } from './party';

/** Whoever is sent there is parked: they wait at a place that the server chooses. */
export const parkNumber = '70';

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
  'parking_full',
  'over',
  'connection_lost',
  'unheard',
  'failed',
] as const;

/** Why somebody was not sent on, in one word. */
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

const refusals: Readonly<Record<number, TransferFailure>> = {
  403: 'not_allowed',
  404: 'unknown_number',
  408: 'connection_lost',
  481: 'over',
  482: 'already_there',
  486: 'parking_full',
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
