// SPDX-License-Identifier: Apache-2.0
// The tune for whoever is on hold, made here and free of rights: five tones without a half step, slow,
// so that nobody tires of it, over two basses. It begins where it ends and can go round for ever.

/** Enough for the highest overtone, and a third of the work. */
export const tuneRate = 16_000;
const beatSeconds = 0.75;
const beats = 32;
/** The level of the whole, as a share of full scale: −24 dB. */
const level = 10 ** (-24 / 20);

/** G major without its half steps, from G3; the steps of the melody count on it, a gap is a rest. */
const scale = [196, 220, 246.94, 293.66, 329.63, 392, 440, 493.88, 587.33];
const melody = '3.5.64.3 2.4.53.. 3.5.68.7 6.5.43..'.replaceAll(' ', '');
const basses = [
  { beat: 0, pitch: 98 },
  { beat: 8, pitch: 82.41 },
  { beat: 16, pitch: 98 },
  { beat: 24, pitch: 73.42 },
];

interface Note {
  readonly at: number;
  readonly pitch: number;
  readonly level: number;
  /** Seconds until a third of it is left. */
  readonly decay: number;
}

function notes(): Note[] {
  const upper = [...melody].flatMap((step, beat): Note[] => {
    const pitch = scale[Number(step)];
    return pitch === undefined ? [] : [{ at: beat * beatSeconds, pitch, level: 1, decay: 0.9 }];
  });
  const lower = basses.map(({ beat, pitch }) => ({
    at: beat * beatSeconds,
    pitch,
    level: 0.8,
    decay: 2.6,
  }));
  return [...upper, ...lower];
}

export function tuneSamples(rate: number): Float32Array<ArrayBuffer> {
  const samples = new Float32Array(Math.round(beats * beatSeconds * rate));
  for (const note of notes()) add(note, samples, rate);
  const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
  const factor = level / Math.sqrt(power);
  return samples.map((sample) => sample * factor);
}

/** A note that still sounds at the end of the tune goes on at its beginning. */
function add({ at, pitch, level: loudness, decay }: Note, samples: Float32Array, rate: number) {
  const start = Math.round(at * rate);
  const length = Math.min(samples.length, Math.round(decay * 6 * rate));
  for (let i = 0; i < length; i++) {
    const age = i / rate;
    const turn = 2 * Math.PI * pitch * age;
    const wave = Math.sin(turn) + 0.25 * Math.sin(2 * turn) + 0.08 * Math.sin(3 * turn);
    const place = (start + i) % samples.length;
    const swell = Math.min(1, age / 0.03) * Math.exp(-age / decay);
    samples[place] = (samples[place] ?? 0) + loudness * swell * wave;
  }
}
