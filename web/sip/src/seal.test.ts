// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { distinctWords, fingerprintOf, sealOf, wordCount, wordListSize, wordsOf } from './seal';

const ours = Array.from({ length: 32 }, () => 'AB').join(':');
const theirs = Array.from({ length: 32 }, () => '1C').join(':');
const description = (value: string) =>
  `v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=fingerprint:sha-256 ${value}\r\na=setup:actpass\r\n`;

test('the fingerprint is read from a description and made upper case', () => {
  expect(fingerprintOf(description(ours.toLowerCase()))).toBe(ours);
});

test('a description without a whole SHA-256 fingerprint has none', () => {
  expect(fingerprintOf(undefined)).toBeNull();
  expect(fingerprintOf('v=0\r\na=fingerprint:sha-1 AB:CD\r\n')).toBeNull();
  expect(fingerprintOf(description(ours.slice(3)))).toBeNull();
  expect(fingerprintOf(description(`${ours}:AB`))).toBeNull();
});

test('both sides see the same words', async () => {
  const here = await sealOf(description(ours), description(theirs));
  const there = await sealOf(description(theirs), description(ours));
  expect(here?.words).toEqual(there?.words);
  expect(here).toMatchObject({ local: ours, remote: theirs });
});

test('another certificate gives other words', async () => {
  const other = theirs.replace('1C', '1D');
  expect(await wordsOf(ours, theirs)).not.toEqual(await wordsOf(ours, other));
});

test('there are five words, each in the list', async () => {
  const words = await wordsOf(ours, theirs);
  expect(words).toHaveLength(wordCount);
  expect(words.every((word) => word >= 0 && word < wordListSize)).toBe(true);
});

test('no word comes twice', () => {
  expect(distinctWords([7, 7, 7, 7, 7])).toEqual([7, 8, 9, 10, 11]);
  expect(distinctWords([127, 127, 126, 0, 123])).toEqual([127, 0, 1, 2, 126]);
});

test('no seal is claimed when one side shows no fingerprint', async () => {
  expect(await sealOf(description(ours), 'v=0\r\n')).toBeNull();
});
