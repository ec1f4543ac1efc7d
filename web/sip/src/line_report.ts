// SPDX-License-Identifier: Apache-2.0
import type { Counts } from './quality';

/** Content-Type of what the server is told of a sealed call (docs/protocols/media.md). */
export const lineReportType = 'application/x-dering-line';

/** RFC 6464. */
const silence = 127;

/** "received=1500;lost=3;jitter=900;round-trip=23;level=31": microseconds, milliseconds, dB below full scale. */
export function lineReport({ received, lost, jitter, roundTrip, level }: Counts): string {
  const fields: [string, number | null][] = [
    ['received', received],
    ['lost', Math.max(0, lost)],
    ['jitter', scaled(jitter, 1e6)],
    ['round-trip', scaled(roundTrip, 1e3)],
    ['level', level === null ? null : decibels(level)],
  ];
  return fields.flatMap(([name, value]) => (value === null ? [] : [`${name}=${value}`])).join(';');
}

const decibels = (level: number): number =>
  level > 0 ? Math.min(silence, Math.max(1, Math.round(-20 * Math.log10(level)))) : silence;

const scaled = (seconds: number | null, factor: number): number | null =>
  seconds === null ? null : Math.max(0, Math.round(seconds * factor));
