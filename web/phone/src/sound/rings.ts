// SPDX-License-Identifier: Apache-2.0
// The tones that a phone can ring with, as samples: made here, so that they are free of rights.

export const rings = ['chime', 'classic', 'wood'] as const;
export type Ring = (typeof rings)[number];

export const isRing = (value: unknown): value is Ring => rings.some((each) => each === value);

interface Note {
  readonly at: number;
  readonly pitch: number;
}

interface Struck {
  readonly seconds: number;
  readonly notes: readonly Note[];
  /** Of the partials of a note: how many times its pitch, how loud, and how fast each dies (per second). */
  readonly partials: readonly {
    readonly times: number;
    readonly level: number;
    readonly fade: number;
  }[];
}

/** Two rising notes, twice, then a rest. Bell-like, because the overtones die first. */
const chime: Struck = {
  seconds: 3.2,
  notes: [
    { at: 0, pitch: 659.3 },
    { at: 0.16, pitch: 880 },
    { at: 0.32, pitch: 1108.7 },
    { at: 0.9, pitch: 659.3 },
    { at: 1.06, pitch: 880 },
    { at: 1.22, pitch: 1108.7 },
  ],
  partials: [1, 2, 3].map((times) => ({ times, level: 1 / times ** 2, fade: 4 * times })),
};

/** A bar of wood: short, with the partial four times as high that such bars are cut for. */
const wood: Struck = {
  seconds: 3.2,
  notes: [
    { at: 0, pitch: 523.3 },
    { at: 0.22, pitch: 659.3 },
    { at: 0.44, pitch: 784 },
    { at: 0.66, pitch: 659.3 },
    { at: 0.88, pitch: 523.3 },
    { at: 1.32, pitch: 784 },
  ],
  partials: [
    { times: 1, level: 1, fade: 7 },
    { times: 4, level: 0.35, fade: 22 },
  ],
};

/** The bell of an old telephone: two gongs struck in turns, a second on, two off. */
const classic = { seconds: 3, on: 1, strikes: 20, gongs: [1175, 1397] };

const level = 0.3;

/** Value of a ring at a moment, −1 to 1; its length is `ringSeconds`. */
export function ringAt(ring: Ring, t: number): number {
  switch (ring) {
    case 'chime':
      return struckAt(chime, t);
    case 'wood':
      return struckAt(wood, t);
    case 'classic':
      return bellAt(t);
  }
}

export const ringSeconds = (ring: Ring): number =>
  ({ chime: chime.seconds, classic: classic.seconds, wood: wood.seconds })[ring];

function struckAt({ seconds, notes, partials }: Struck, t: number): number {
  let sum = 0;
  for (const { at, pitch } of notes) {
    const age = t - at;
    if (age < 0) continue;
    const rise = Math.min(1, age / 0.004);
    for (const { times, level: loud, fade } of partials) {
      sum += rise * loud * Math.exp(-age * fade) * Math.sin(2 * Math.PI * pitch * times * age);
    }
  }
  return level * sum * Math.min(1, (seconds - t) / 0.05);
}

function bellAt(t: number): number {
  const { on, strikes, gongs, seconds } = classic;
  let sum = 0;
  for (const [which, pitch] of gongs.entries()) {
    // Each gong is struck every second time, and goes on sounding when the hammer rests.
    const last = Math.min(Math.floor(t * strikes), on * strikes - 1);
    const strike = last - ((last + which) % gongs.length);
    if (strike < 0) continue;
    const age = t - strike / strikes;
    const rise = Math.min(1, age / 0.003);
    const wave =
      Math.sin(2 * Math.PI * pitch * age) + 0.4 * Math.sin(2 * Math.PI * pitch * 2.76 * age);
    sum += rise * Math.exp(-age * 5) * wave;
  }
  return level * 0.8 * sum * Math.min(1, t / 0.003, (seconds - t) / 0.05);
}
