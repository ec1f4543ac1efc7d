// SPDX-License-Identifier: Apache-2.0
// What the echo test says of a line. Pure.
import type { Counts } from '@dering/sip/quality';

/** What was measured so far in an echo test. */
export interface EchoTest {
  /** Whether the microphone gave sound, as far as that can be measured here. */
  readonly isSpoken: boolean | null;
  /** Whether sound came back. */
  readonly isBack: boolean;
  readonly first: Counts | null;
  readonly last: Counts | null;
}

export const untested: EchoTest = { isSpoken: null, isBack: false, first: null, last: null };

export type Grade = 'good' | 'fair' | 'poor';

export interface Verdict {
  /**
   * `waiting`: nobody said anything yet; `heard`: sound came back; `unheard`: they spoke, and nothing
   * came back; `noMicrophone`: their microphone gives nothing.
   */
  readonly kind: 'waiting' | 'heard' | 'unheard' | 'noMicrophone';
  readonly grade: Grade;
  /** A share of 0 to 1; milliseconds; what is not known is null. */
  readonly loss: number | null;
  readonly delay: number | null;
  readonly jitter: number | null;
}

// As loud as a voice far from the microphone (audioLevel of getStats(), 0 to 1).
const backLevel = 0.004;

export function test(before: EchoTest, counts: Counts | null, isSpoken: boolean | null): EchoTest {
  return {
    isSpoken: before.isSpoken === true ? true : isSpoken,
    isBack: before.isBack || (counts?.level ?? 0) > backLevel,
    first: before.first ?? counts,
    last: counts ?? before.last,
  };
}

/** `seconds`: since the test was answered. */
export function verdictOf(tested: EchoTest, seconds: number): Verdict {
  const measured = measuredOf(tested);
  return { kind: kindOf(tested, seconds), grade: gradeOf(measured), ...measured };
}

const patience = 8;

function kindOf({ isSpoken, isBack }: EchoTest, seconds: number): Verdict['kind'] {
  if (isBack) return 'heard';
  if (seconds < patience) return 'waiting';
  if (isSpoken === false) return 'noMicrophone';
  return isSpoken === true ? 'unheard' : 'waiting';
}

type Measured = Pick<Verdict, 'loss' | 'delay' | 'jitter'>;

function measuredOf({ first, last }: EchoTest): Measured {
  if (first === null || last === null) return { loss: null, delay: null, jitter: null };
  const received = last.received - first.received;
  const lost = Math.max(0, last.lost - first.lost);
  const inLoss = received + lost === 0 ? null : lost / (received + lost);
  const losses = [inLoss, last.outLoss].filter((each) => each !== null);
  const trips = last.roundTrip ?? last.checkTime;
  const jitters = [last.jitter, last.outJitter].filter((each) => each !== null);
  return {
    loss: losses.length === 0 ? null : Math.max(...losses),
    delay: trips === null ? null : Math.round(trips * 1000),
    jitter: jitters.length === 0 ? null : Math.round(Math.max(...jitters) * 1000),
  };
}

// Opus hides what is below the first; above the second words go missing, or two people talk into each
// other (ITU-T G.114: 300 and 600 ms there and back).
const bounds: { readonly [what in keyof Measured]: readonly [number, number] } = {
  loss: [0.01, 0.05],
  delay: [300, 600],
  jitter: [30, 80],
};

function gradeOf(measured: Measured): Grade {
  const above = (at: 0 | 1) =>
    (['loss', 'delay', 'jitter'] as const).some((what) => (measured[what] ?? 0) > bounds[what][at]);
  if (above(1)) return 'poor';
  return above(0) ? 'fair' : 'good';
}
