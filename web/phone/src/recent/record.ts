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
