// SPDX-License-Identifier: Apache-2.0
// What the level of a microphone says in a conversation. Pure.
import type { Level } from './level';

/** What a person should be told. */
export type Told = 'speaks-muted' | 'silent' | null;

export interface Hearing {
  /** Milliseconds of speech while muted; quiet ones count backwards. */
  readonly speech: number;
  /** Milliseconds of digital silence in a row. */
  readonly silence: number;
  /** Whether this microphone was ever heard in this conversation. */
  readonly isHeard: boolean;
  readonly told: Told;
}

export const nothingHeard: Hearing = { speech: 0, silence: 0, isHeard: false, told: null };

const speechDecibels = -45;
const leastSpeech = 600;
/** Below the last bit of 16: no room is so quiet, but a headset between two words is. */
const digitalSilence = 2 ** -15;
const leastSilence = 5_000;
const leastSilenceOnceHeard = 20_000;
/** A page in the background looks rarely, and a machine sleeps: one look counts no more than this. */
const longestLook = 1_000;

/** After one more look, so many milliseconds after the last. `isMuted`: by the person. */
export function hear(before: Hearing, level: Level, isMuted: boolean, since: number): Hearing {
  const time = Math.min(longestLook, since);
  const isSilent = level.peak < digitalSilence;
  const isHeard = before.isHeard || !isSilent;
  const next = { isHeard, silence: isSilent ? before.silence + time : 0, speech: 0 };
  if (!isMuted) return { ...next, told: isTooQuiet(next) ? 'silent' : null };
  const isSpeech = level.decibels > speechDecibels;
  const speech = Math.max(0, Math.min(leastSpeech, before.speech + (isSpeech ? time : -time / 4)));
  // Once said it stands until they unmute: what comes and goes is not read.
  const isTold = before.told === 'speaks-muted' || speech >= leastSpeech;
  return { ...next, silence: 0, speech, told: isTold ? 'speaks-muted' : null };
}

const isTooQuiet = ({ silence, isHeard }: Pick<Hearing, 'silence' | 'isHeard'>): boolean =>
  silence >= (isHeard ? leastSilenceOnceHeard : leastSilence);
