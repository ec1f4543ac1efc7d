// SPDX-License-Identifier: Apache-2.0
// What is heard when a call is over.

export type EndTone = 'busy' | 'end';

/** Indonesia's busy tone: 425 Hz, half a second on, half a second off (ITU-T E.180). */
const busy = { pitch: 425, on: 0.5, level: 0.07 };

/** Two soft notes that fall, and a rest longer than they are heard. */
const endNotes = [
  { at: 0, pitch: 523.3 },
  { at: 0.16, pitch: 392 },
];
const end = { note: 0.14, level: 0.08 };

/** How long each is heard. */
export const endSeconds: Readonly<Record<EndTone, number>> = { busy: 4, end: 1 };
/** How long each is until it repeats. */
export const endLoop: Readonly<Record<EndTone, number>> = { busy: 1, end: 4 };

/** The wave at `t` seconds of the loop. */
export function endToneAt(tone: EndTone, t: number): number {
  if (tone === 'busy') return t < busy.on ? note(busy.pitch, t, busy.on) * busy.level : 0;
  const sounding = endNotes.find(({ at }) => t >= at && t < at + end.note);
  return sounding ? note(sounding.pitch, t - sounding.at, end.note) * end.level : 0;
}

/** With ten milliseconds of rise and fall, so that it does not click. */
function note(pitch: number, age: number, seconds: number): number {
  const edges = Math.max(0, Math.min(1, age / 0.01, (seconds - age) / 0.01));
  return Math.sin(2 * Math.PI * pitch * age) * edges;
}
