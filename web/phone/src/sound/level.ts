// SPDX-License-Identifier: Apache-2.0

/** How loud a piece of sound is. */
export interface Level {
  /** Its mean power in dBFS; −Infinity for none. */
  readonly decibels: number;
  /** Its highest sample, 0 to 1. */
  readonly peak: number;
}

export function levelOf(samples: Float32Array): Level {
  let [power, peak] = [0, 0];
  for (const sample of samples) {
    power += sample * sample;
    peak = Math.max(peak, Math.abs(sample));
  }
  const decibels = samples.length === 0 ? -Infinity : 10 * Math.log10(power / samples.length);
  return { decibels, peak };
}

// A microphone in a quiet room, and a voice close to it.
const [quietest, loudest] = [-60, -10];

/** How far a meter goes for it: 0 to 1. */
export function shareOf({ decibels }: Level): number {
  return Math.min(1, Math.max(0, (decibels - quietest) / (loudest - quietest)));
}

/** What a meter says in words. */
export function wordOf({ decibels }: Level): 'silent' | 'quiet' | 'good' | 'loud' {
  if (decibels < quietest) return 'silent';
  if (decibels < -42) return 'quiet';
  return decibels < -6 ? 'good' : 'loud';
}
