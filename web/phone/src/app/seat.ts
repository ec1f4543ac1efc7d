// SPDX-License-Identifier: Apache-2.0
import type { AwayChange, LineChange } from '@dering/api/types';
import type { Follow } from './news';
import type { Notify } from './notification';

/** What differs between the tab that has the telephone and those that mirror it. */
export interface Seat {
  /** The sound is here, and whoever leaves this page ends a call. */
  readonly isLeader: boolean;
  readonly follow: Follow;
  readonly notify: Notify;
  /** What the server finds of the line of the call in front. */
  readonly onLine: (change: LineChange) => void;
  /** Whom one talks with cannot be reached, or is back. */
  readonly onAway: (change: AwayChange) => void;
}
