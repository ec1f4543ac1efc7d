// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { hear, nothingHeard, type Hearing } from './hearing';
import { levelOf, shareOf, wordOf, type Level } from './level';

const voice: Level = { decibels: -25, peak: 0.3 };
const room: Level = { decibels: -65, peak: 0.002 };
const none: Level = { decibels: -Infinity, peak: 0 };

/** Looks at this level for so many seconds, ten times in each. */
function listen(before: Hearing, level: Level, isMuted: boolean, seconds: number): Hearing {
  return Array.from({ length: Math.round(seconds * 10) }).reduce<Hearing>(
    (last) => hear(last, level, isMuted, 100),
    before,
  );
}

describe('who is muted', () => {
  test.each([
    ['a word', voice, 0.7, 'speaks-muted'],
    ['a cough', voice, 0.3, null],
    ['a quiet room', room, 60, null],
    ['a microphone that is off', none, 60, null],
  ] as const)('is told of %s: %#', (_, level, seconds, told) => {
    expect(listen(nothingHeard, level, true, seconds).told).toBe(told);
  });

  test('is told until they unmute', () => {
    const spoke = listen(nothingHeard, voice, true, 1);
    expect(listen(spoke, room, true, 60).told).toBe('speaks-muted');
    expect(hear(spoke, voice, false, 100).told).toBe(null);
  });

  test('is not told of single clicks, however many', () => {
    let heard = nothingHeard;
    for (let i = 0; i < 100; i++) heard = listen(hear(heard, voice, true, 100), room, true, 1);
    expect(heard.told).toBe(null);
  });
});

describe('whose microphone gives nothing', () => {
  test('is told after five seconds, and no more once it gives something', () => {
    expect(listen(nothingHeard, none, false, 4.9).told).toBe(null);
    const silent = listen(nothingHeard, none, false, 5);
    expect(silent.told).toBe('silent');
    expect(hear(silent, room, false, 100).told).toBe(null);
  });

  test('is told later where it was heard before: a headset may be silent between two words', () => {
    const heard = hear(nothingHeard, room, false, 100);
    expect(listen(heard, none, false, 19).told).toBe(null);
    expect(listen(heard, none, false, 20).told).toBe('silent');
  });

  test('is not told after a sleep of the machine, which is one look', () => {
    expect(hear(nothingHeard, none, false, 3_600_000).told).toBe(null);
  });

  test('is not told of a quiet room', () => {
    expect(listen(nothingHeard, room, false, 60).told).toBe(null);
  });
});

describe('a level', () => {
  test('is its mean power and highest sample', () => {
    const { decibels, peak } = levelOf(
      Float32Array.from({ length: 100 }, (_, i) => (i % 2 ? 0.1 : -0.1)),
    );
    expect(decibels).toBeCloseTo(-20);
    expect(peak).toBeCloseTo(0.1);
    expect(levelOf(new Float32Array(8)).decibels).toBe(-Infinity);
  });

  test.each([
    [-Infinity, 0, 'silent'],
    [-61, 0, 'silent'],
    [-50, 0.2, 'quiet'],
    [-35, 0.5, 'good'],
    [-10, 1, 'good'],
    [-3, 1, 'loud'],
  ] as const)('of %d dBFS fills %d of the meter, which says %s', (decibels, share, word) => {
    expect(shareOf({ decibels, peak: 0 })).toBeCloseTo(share);
    expect(wordOf({ decibels, peak: 0 })).toBe(word);
  });
});
