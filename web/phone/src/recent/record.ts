// SPDX-License-Identifier: Apache-2.0
import type { CallRecord } from '@dering/api/types';

export type RecordKind = 'missed' | 'unanswered' | 'in' | 'out';

/** What the person wants to see at a glance. A call they declined themselves is not a missed one. */
export function kindOf(call: CallRecord): RecordKind {
  const isAnswered = call.duration_ms >= 0 && call.outcome === 'answered';
  if (isAnswered || call.duration_ms > 0) return call.direction;
  if (call.direction === 'out') return 'unanswered';
  return call.outcome === 'declined' ? 'in' : 'missed';
}

export function startOf(call: CallRecord): Date {
  const { started_at: at } = call;
  return new Date(typeof at === 'number' ? at * 1000 : at);
}

/** The time for a call of today, the day for an older one. */
export function whenText(at: Date, now: Date, language: string): string {
  const isToday = at.toDateString() === now.toDateString();
  const options: Intl.DateTimeFormatOptions = isToday
    ? { timeStyle: 'short' }
    : { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' };
  return new Intl.DateTimeFormat(language, options).format(at);
}
