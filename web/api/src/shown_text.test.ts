// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { readJson, shownText } from './shown_text';

test('a name cannot turn the words beside it, nor break the line', () => {
  expect(shownText('\u202EABC\u202C\u2066\u200F')).toBe('ABC');
  expect(shownText('Siti\n\u0007\u0085Rahmawati')).toBe('SitiRahmawati');
});

test('a name that is written from right to left stays as it is', () => {
  expect(shownText('\u0645\u062D\u0645\u062F')).toBe('\u0645\u062D\u0645\u062F');
});

test('all texts of an answer are such, at whatever depth, and nothing else changes', () => {
  const answer = { calls: [{ peer_name: 'A\u202EB', missed: true, at: 5, by: null }] };
  expect(readJson(JSON.stringify(answer))).toEqual({
    calls: [{ peer_name: 'AB', missed: true, at: 5, by: null }],
  });
});
