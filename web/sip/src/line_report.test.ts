// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { lineReport } from './line_report';
import type { Counts } from './quality';

const counts: Counts = {
  received: 1500,
  lost: 3,
  jitter: 0.0009,
  outLoss: null,
  outJitter: null,
  roundTrip: 0.0231,
  checks: null,
  answers: null,
  checkTime: null,
  level: 0.028,
};

test('what was counted is told in whole numbers, and what is not known is left out', () => {
  expect(lineReport(counts)).toBe('received=1500;lost=3;jitter=900;round-trip=23;level=31');
  expect(lineReport({ ...counts, lost: -2, jitter: null, roundTrip: null, level: null })).toBe(
    'received=1500;lost=0',
  );
  expect(lineReport({ ...counts, level: 0 })).toMatch(/level=127$/);
});
