// SPDX-License-Identifier: Apache-2.0
import { beforeEach, expect, test, vi } from 'vitest';
import { choice } from './choice';
import { Player } from './player';

/** What sounds in a loop, the oldest first. */
let sounding: object[];
/** Tones that were made. */
let made: number;

class FakeContext {
  readonly sampleRate = 8_000;
  readonly state = 'running';
  readonly destination = {};
  addEventListener(): void {}
  createGain() {
    return { gain: { value: 1 }, connect: () => {}, disconnect: () => {} };
  }
  createBuffer() {
    made += 1;
    return { copyToChannel: () => {} };
  }
  createBufferSource() {
    const source = {
      connect: () => {},
      start: () => void sounding.push(source),
      stop: () => void (sounding = sounding.filter((each) => each !== source)),
    };
    return source;
  }
}
vi.stubGlobal('AudioContext', FakeContext);

let player: Player;
beforeEach(() => {
  sounding = [];
  made = 0;
  localStorage.clear();
  player = new Player();
});

test('a ring that is tried out does not silence a call that begins to ring meanwhile', () => {
  const stopTrial = player.start('ring');
  const stopCall = player.start('ring');
  stopTrial();
  expect(sounding).toHaveLength(1);
  stopCall();
  expect(sounding).toEqual([]);
});

test('nor one that rang before', () => {
  const stopCall = player.start('ring');
  const stopTrial = player.start('ringback');
  expect(sounding).toHaveLength(1);
  stopTrial();
  expect(sounding).toHaveLength(1);
  stopCall();
  stopCall();
  expect(sounding).toEqual([]);
});

test('another ring that is chosen while it rings is heard at once, and one alone', () => {
  const stop = player.start('ring');
  const [before] = sounding;
  choice.change({ ring: 'wood' });
  expect(sounding).toHaveLength(1);
  expect(sounding[0]).not.toBe(before);
  stop();
  expect(sounding).toEqual([]);
});

test('the tones of a call are made before the first one, in pauses, and sound without being made again', () => {
  vi.useFakeTimers();
  const stop = player.prepare();
  expect(made).toBe(0);
  vi.advanceTimersByTime(10_000);
  expect(made).toBe(2);
  for (const tone of ['ring', 'ringback'] as const) player.start(tone)();
  expect(made).toBe(2);
  stop();
  vi.useRealTimers();
});

test('a page that is left makes none', () => {
  vi.useFakeTimers();
  player.prepare()();
  vi.advanceTimersByTime(10_000);
  expect(made).toBe(0);
  vi.useRealTimers();
});
