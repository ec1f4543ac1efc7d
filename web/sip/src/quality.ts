// SPDX-License-Identifier: Apache-2.0

/** Whose line is weak, as far as this page can tell; `slight`: it is heard, but nobody would complain. */
export type Weakness = 'none' | 'slight' | 'ours' | 'theirs' | 'somewhere';

/** Whether people should know of it who do not look for it. */
export const isWeak = (weakness: Weakness): weakness is 'ours' | 'theirs' | 'somewhere' =>
  weakness !== 'none' && weakness !== 'slight';

/** What was counted since the call began, as getStats() tells it; what a browser does not tell is null. */
export interface Counts {
  /** Of what comes in. */
  readonly received: number;
  readonly lost: number;
  /** Seconds. */
  readonly jitter: number | null;
  /** Of what goes out, as the other end reports it: a share of 0 to 1, and seconds. */
  readonly outLoss: number | null;
  readonly outJitter: number | null;
  readonly roundTrip: number | null;
  /** Of our own way to the server: checks of ICE and their answers, and seconds. */
  readonly checks: number | null;
  readonly answers: number | null;
  readonly checkTime: number | null;
  /** How loud the other side is, 0 to 1. */
  readonly level: number | null;
}

// Opus hides losses up to here, and above it words go missing; a delay of this length makes two people
// talk into each other (ITU-T G.114).
const badFrom = { loss: 0.05, jitter: 0.08, roundTrip: 0.6, checkTime: 0.3 };
// From here on a trained ear notices (ITU-T G.113, and G.114 with what the devices add).
const fairFrom: typeof badFrom = { loss: 0.02, jitter: 0.04, roundTrip: 0.35, checkTime: 0.15 };
/** Fewer packets say nothing about loss. */
const leastPackets = 25;
/** Seconds of a sample times these: weak after ten, well again after fifteen. */
const badInARow = 2;
const goodInARow = 3;
/** Samples over which the checks of our own way are counted; a check is rare. */
const remembered = 6;

export type Grade = 'well' | 'fair' | 'bad';

/** What is wrong between two readings of the counts. */
export interface Sample {
  readonly inLoss: number;
  readonly grade: Grade;
  readonly lostChecks: number;
}

/** `isToServer`: of what comes in only the server knows which of the two lines lost or delayed it. */
export function sampleOf(last: Counts, now: Counts, isToServer: boolean): Sample {
  const [received, lost] = [now.received - last.received, Math.max(0, now.lost - last.lost)];
  const saysNothing = isToServer || received + lost < leastPackets;
  const inLoss = saysNothing ? 0 : lost / (received + lost);
  const inJitter = isToServer ? 0 : (now.jitter ?? 0);
  const isPast = (most: typeof badFrom) =>
    Math.max(inLoss, now.outLoss ?? 0) > most.loss ||
    Math.max(inJitter, now.outJitter ?? 0) > most.jitter ||
    (now.roundTrip ?? 0) > most.roundTrip ||
    (now.checkTime ?? 0) > most.checkTime;
  const grade = isPast(badFrom) ? 'bad' : isPast(fairFrom) ? 'fair' : 'well';
  return { inLoss, grade, lostChecks: unanswered(now) - unanswered(last) };
}

const unanswered = ({ checks, answers }: Counts): number =>
  checks === null || answers === null ? 0 : Math.max(0, checks - answers);

/**
 * Judges a line by one reading of its counts after the other, and changes its mind slowly: who reads
 * "weak" and "well" in turns believes neither.
 */
export class Judge {
  private last: Counts | null = null;
  private lostChecks: number[] = [];
  /** Samples in a row. */
  private row = { bad: 0, notBad: 0, well: 0, notWell: 0 };
  private weakness: Weakness = 'none';

  /** `isToServer`: what is told of what goes out concerns our own line, because the far end of it is the server. */
  constructor(private readonly isToServer: () => boolean) {}

  take(now: Counts): Weakness {
    const last = this.last;
    this.last = now;
    if (last === null) return this.weakness;
    const sample = sampleOf(last, now, this.isToServer());
    this.lostChecks = [...this.lostChecks, sample.lostChecks].slice(-remembered);
    this.count(sample.grade);
    const { row } = this;
    if (row.bad >= badInARow) this.weakness = this.whose(now);
    else if (row.well >= goodInARow) this.weakness = 'none';
    else if (isWeak(this.weakness) ? row.notBad >= goodInARow : row.notWell >= badInARow)
      this.weakness = 'slight';
    return this.weakness;
  }

  private count(grade: Grade): void {
    const { bad, notBad, well, notWell } = this.row;
    this.row = {
      bad: grade === 'bad' ? bad + 1 : 0,
      notBad: grade === 'bad' ? 0 : notBad + 1,
      well: grade === 'well' ? well + 1 : 0,
      notWell: grade === 'well' ? 0 : notWell + 1,
    };
  }

  /** After a pause in which nothing was to be counted. */
  rest(): void {
    this.last = null;
    this.row = { bad: 0, notBad: 0, well: 0, notWell: 0 };
    this.lostChecks = [];
  }

  private whose(now: Counts): Weakness {
    if (this.isToServer()) return 'ours';
    if (now.checks === null || now.answers === null) return 'somewhere';
    // One check may always be on its way.
    const lost = this.lostChecks.reduce((sum, each) => sum + each, 0);
    return lost > 1 || (now.checkTime ?? 0) > badFrom.checkTime ? 'ours' : 'theirs';
  }
}
