// SPDX-License-Identifier: Apache-2.0
// The sounds of the telephone as samples. Pure, so that nothing has to be shipped or downloaded.

import { endLoop, endToneAt, type EndTone } from './end_tones';
import { ringAt, ringSeconds, type Ring } from './rings';
import { tuneSamples } from './tune';

export type Tone = Ring | 'ringback' | 'waiting' | 'tune' | EndTone;

/** Indonesia's ringback tone: 425 Hz, one second on, four seconds off (ITU-T E.180). */
const ringback = { pitch: 425, on: 1, off: 4 };

/** Two soft notes and a long rest, under a conversation. */
const waitingNotes = [
  { at: 0, pitch: 440 },
  { at: 0.24, pitch: 440 },
];
const waiting = { note: 0.18, seconds: 8, level: 0.05 };

const rows = [697, 770, 852, 941];
const columns = [1209, 1336, 1477];
const keys = '123456789*0#';
const keySeconds = 0.12;

export function samplesOf(tone: Tone, rate: number): Float32Array<ArrayBuffer> {
  switch (tone) {
    case 'chime':
    case 'classic':
    case 'wood':
      return render(ringSeconds(tone), rate, (t) => ringAt(tone, t));
    case 'ringback':
      return ringbackSamples(rate);
    case 'waiting':
      return waitingSamples(rate);
    case 'tune':
      return tuneSamples(rate);
    case 'busy':
    case 'end':
      return render(endLoop[tone], rate, (t) => endToneAt(tone, t));
  }
}

/** The two frequencies of a key (ITU-T Q.23), for the ear of the person who presses it. */
export function keySamples(key: string, rate: number): Float32Array<ArrayBuffer> {
  const at = keys.indexOf(key);
  const row = rows[Math.floor(at / 3)];
  const column = columns[at % 3];
  if (row === undefined || column === undefined) return new Float32Array(0);
  return render(keySeconds, rate, (t) => {
    const wave = Math.sin(2 * Math.PI * row * t) + Math.sin(2 * Math.PI * column * t);
    return 0.12 * wave * edges(t, keySeconds);
  });
}

function ringbackSamples(rate: number): Float32Array<ArrayBuffer> {
  return render(ringback.on + ringback.off, rate, (t) =>
    t < ringback.on ? 0.08 * Math.sin(2 * Math.PI * ringback.pitch * t) * edges(t, ringback.on) : 0,
  );
}

function waitingSamples(rate: number): Float32Array<ArrayBuffer> {
  return render(waiting.seconds, rate, (t) => {
    const note = waitingNotes.find(({ at }) => t >= at && t < at + waiting.note);
    if (note === undefined) return 0;
    const age = t - note.at;
    return waiting.level * Math.sin(2 * Math.PI * note.pitch * age) * edges(age, waiting.note);
  });
}

/** Ten milliseconds of rise and fall, so that a tone does not click. */
function edges(t: number, seconds: number): number {
  return Math.max(0, Math.min(1, t / 0.01, (seconds - t) / 0.01));
}

function render(
  seconds: number,
  rate: number,
  wave: (t: number) => number,
): Float32Array<ArrayBuffer> {
  const samples = new Float32Array(Math.round(seconds * rate));
  // Several times as fast as Float32Array.from(), while somebody waits for the tone.
  for (let i = 0; i < samples.length; i++) samples[i] = wave(i / rate);
  return samples;
}
