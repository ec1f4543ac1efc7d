// SPDX-License-Identifier: Apache-2.0
import type { Counts } from '@dering/sip/quality';
import { describe, expect, test } from 'vitest';
import { test as take, untested, verdictOf } from './echo_verdict';

const start: Counts = {
  received: 0,
  lost: 0,
  jitter: 0.002,
  outLoss: 0,
  outJitter: 0.003,
  roundTrip: 0.04,
  checks: 1,
  answers: 1,
  checkTime: 0.02,
  level: 0,
};

/** The verdict after a test that ended like this. */
function verdict(end: Partial<Counts>, isSpoken: boolean | null = true, seconds = 10) {
  const begun = take(untested, start, isSpoken);
  return verdictOf(take(begun, { ...start, received: 500, level: 0.1, ...end }, isSpoken), seconds);
}

describe('the echo test', () => {
  test.each([
    ['sound came back', 'heard', { level: 0.1, isSpoken: true, seconds: 2 }],
    ['sound came back, and nothing can be measured here', 'heard', { level: 0.1, seconds: 2 }],
    ['nobody spoke yet', 'waiting', { isSpoken: false, seconds: 2 }],
    ['they spoke a moment ago', 'waiting', { isSpoken: true, seconds: 2 }],
    ['they spoke and nothing came back', 'unheard', { isSpoken: true, seconds: 10 }],
    ['their microphone gave nothing', 'noMicrophone', { isSpoken: false, seconds: 10 }],
    ['nothing is known', 'waiting', { seconds: 10 }],
  ] as const)('%s: %s', (_, kind, how) => {
    const { level = 0, isSpoken = null, seconds } = { level: 0, isSpoken: null, ...how };
    expect(verdict({ level }, isSpoken, seconds).kind).toBe(kind);
  });

  test.each([
    ['nothing is wrong', {}, 'good'],
    ['some is lost', { received: 480, lost: 20 }, 'fair'],
    ['much is lost', { received: 400, lost: 100 }, 'poor'],
    ['what goes out is lost', { outLoss: 0.2 }, 'poor'],
    ['it takes long', { roundTrip: 0.4 }, 'fair'],
    ['it takes too long', { roundTrip: 0.7 }, 'poor'],
    ['it comes unevenly', { jitter: 0.05 }, 'fair'],
    ['it comes in bursts', { outJitter: 0.1 }, 'poor'],
  ] as const)('when %s', (_, end, grade) => {
    expect(verdict(end).grade).toBe(grade);
  });

  test('gives the worse way in numbers, and by the checks where nothing else tells the delay', () => {
    const told = verdict({ received: 480, lost: 20, outLoss: 0.01, roundTrip: null });
    expect(told).toMatchObject({ loss: 0.04, delay: 20, jitter: 3 });
  });

  test('knows nothing of what was never counted', () => {
    expect(verdictOf(untested, 10)).toMatchObject({ loss: null, delay: null, jitter: null });
  });
});
