// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';
import { longestNote, noteIn, warningWith } from './note';

const through = (note: string) => noteIn(warningWith(note) ?? undefined);

describe('what somebody says when they decline', () => {
  test.each([
    'I will call you back',
    'Saya telepon balik, ya 😀',
    '<b onclick="alert(1)">\\ 399 x "y", z</b>',
  ])('arrives as it was written: %s', (note) => {
    expect(through(note)).toBe(note);
  });

  test('is one line, however it was written', () => {
    expect(through('a\r\nVia: b\u0000\u0085c')).toBe('a Via: b c');
    expect(warningWith('a\r\nReason: SIP')).not.toMatch(/[\r\n]/);
  });

  test('is cut off between two characters', () => {
    expect(through('a'.repeat(10_000))).toBe('a'.repeat(longestNote));
    expect(through('😀'.repeat(200))).toBe('😀'.repeat(longestNote));
  });

  test.each(['', '   ', '\n'])('is nothing where nothing was written: %j', (note) => {
    expect(warningWith(note)).toBeNull();
  });

  test('is found among other warnings, and none of those is taken for it', () => {
    expect(noteIn('305 dering "No Sound", 399 dering "Later"')).toBe('Later');
    expect(noteIn('305 dering "399 dering x"')).toBeNull();
    expect(noteIn('399 dering Later')).toBeNull();
    expect(noteIn(undefined)).toBeNull();
  });
});
