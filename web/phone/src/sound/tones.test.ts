// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { endSeconds } from './end_tones';
import { rings } from './rings';
import { keySamples, samplesOf } from './tones';

const rate = 8000;
const loudest = (samples: Float32Array) => samples.reduce((m, s) => Math.max(m, Math.abs(s)), 0);

/** Goertzel: how strong one frequency is in the samples. */
function strength(samples: Float32Array, frequency: number): number {
  const factor = 2 * Math.cos((2 * Math.PI * frequency) / rate);
  let [one, two] = [0, 0];
  for (const sample of samples) [two, one] = [one, sample + factor * one - two];
  return Math.sqrt(one * one + two * two - factor * one * two) / samples.length;
}

test.each(rings)('the ring "%s" is loud, not clipped, and loops without a click', (name) => {
  const ring = samplesOf(name, rate);
  expect(loudest(ring)).toBeGreaterThan(0.2);
  expect(loudest(ring)).toBeLessThan(1);
  expect(Math.abs(ring[0] ?? 1)).toBeLessThan(0.01);
  expect(Math.abs(ring.at(-1) ?? 1)).toBeLessThan(0.01);
});

test('the ringback tone is one second of 425 Hz in five', () => {
  const tone = samplesOf('ringback', rate);
  expect(tone).toHaveLength(5 * rate);
  expect(strength(tone.subarray(0, rate), 425)).toBeGreaterThan(0.03);
  expect(loudest(tone.subarray(rate))).toBe(0);
});

test('the busy tone is half a second of 425 Hz in one', () => {
  const tone = samplesOf('busy', rate);
  expect(tone).toHaveLength(rate);
  expect(strength(tone.subarray(0, rate / 2), 425)).toBeGreaterThan(0.03);
  expect(loudest(tone.subarray(rate / 2))).toBe(0);
});

test('the end of a call is two soft notes, of which the second is lower, and does not come again while it is heard', () => {
  const tone = samplesOf('end', rate);
  const [first, second] = [tone.subarray(0, 0.14 * rate), tone.subarray(0.16 * rate, 0.3 * rate)];
  expect(strength(first, 523.3)).toBeGreaterThan(0.02);
  expect(strength(second, 392)).toBeGreaterThan(0.02);
  expect(loudest(tone.subarray(0.31 * rate))).toBe(0);
  expect(tone.length / rate).toBeGreaterThan(endSeconds.end);
});

test.each([
  ['1', 697, 1209],
  ['5', 770, 1336],
  ['0', 941, 1336],
  ['#', 941, 1477],
])('key %s sounds %i and %i Hz', (key, row, column) => {
  const samples = keySamples(key, rate);
  expect(strength(samples, row)).toBeGreaterThan(0.04);
  expect(strength(samples, column)).toBeGreaterThan(0.04);
  expect(strength(samples, 1000)).toBeLessThan(0.02);
});

test('what is no key makes no sound', () => {
  expect(keySamples('x', rate)).toHaveLength(0);
});

test('the tone of a waiting call is gentle, and mostly silence', () => {
  const tone = samplesOf('waiting', rate);
  expect(loudest(tone)).toBeLessThan(0.06);
  expect(strength(tone.subarray(0, rate / 5), 440)).toBeGreaterThan(0.015);
  expect(tone.filter((sample) => sample !== 0).length).toBeLessThan(tone.length / 10);
});

test('the tune of a hold is as quiet as agreed, is not clipped, and goes round without a click', () => {
  const tune = samplesOf('tune', rate);
  const power = tune.reduce((sum, sample) => sum + sample * sample, 0) / tune.length;
  expect(10 * Math.log10(power)).toBeCloseTo(-24, 1);
  expect(loudest(tune)).toBeLessThan(0.5);
  const steps = tune.map((sample, at) => Math.abs(sample - (tune.at(at - 1) ?? 0)));
  expect(steps[0]).toBeLessThanOrEqual(loudest(steps.subarray(1)));
  expect(steps[0]).toBeLessThan(0.05);
});
