// SPDX-License-Identifier: Apache-2.0
import type { LineChange } from '@dering/api/types';
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
}
