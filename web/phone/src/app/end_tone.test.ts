// SPDX-License-Identifier: Apache-2.0
import type { Ended } from '@dering/sip/state';
import { expect, test } from 'vitest';
import { endToneOf } from './end_tone';

const over: Ended = {
  kind: 'ended',
  id: 'a',
  party: { number: '1002', name: 'Siti' },
  direction: 'out',
  outcome: 'busy',
  duration: 0,
  transfer: null,
  note: null,
};

test.each([
  ['who calls in vain hears busy', over, 'busy'],
  ['also where the number is nobody\u2019s', { ...over, outcome: 'unknown_number' }, 'busy'],
  ['who gives up hears nothing', { ...over, outcome: 'cancelled' }, null],
  ['who was called in vain hears nothing', { ...over, direction: 'in', outcome: 'missed' }, null],
  ['the end of a talk is heard', { ...over, outcome: 'answered', duration: 9_000 }, 'end'],
  ['one that was lost too', { ...over, outcome: 'lost', duration: 9_000 }, 'end'],
  ['sending somebody on is silent', { ...over, outcome: 'transferred', duration: 9_000 }, null],
] as const)('%s', (_, ended, tone) => {
  expect(endToneOf(ended)).toBe(tone);
});
