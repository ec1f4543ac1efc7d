// SPDX-License-Identifier: Apache-2.0
import type { CallRecord } from '@dering/api/types';
import { dateOf } from '../shared/moment';
import { isWithheld } from '../shared/withheld';

/** Calls with one person, the latest first: never none. */
export interface Group {
  readonly latest: CallRecord;
  readonly calls: readonly CallRecord[];
}

/** A day of the history, and who was talked with on it. */
export interface Day {
  readonly day: Date;
  readonly groups: readonly Group[];
}

/** By person, in the order of their latest call. Who withholds the number may be somebody else each time. */
export function byPerson(calls: readonly CallRecord[]): readonly Group[] {
  const groups = new Map<string, [CallRecord, ...CallRecord[]]>();
  for (const call of calls) {
    const key = isWithheld(call.peer) ? `call ${call.id}` : call.peer;
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [call]);
    else known.push(call);
  }
  return [...groups.values()].map((list) => ({ latest: list[0], calls: list }));
}

/** By the days on which they began here, and on each by person. */
export function byDay(calls: readonly CallRecord[]): readonly Day[] {
  const days = new Map<string, { readonly day: Date; readonly calls: CallRecord[] }>();
  for (const call of calls) {
    const day = dateOf(call.started_at);
    const key = day.toDateString();
    const known = days.get(key);
    if (known === undefined) days.set(key, { day, calls: [call] });
    else known.calls.push(call);
  }
  return [...days.values()].map((each) => ({ day: each.day, groups: byPerson(each.calls) }));
}
