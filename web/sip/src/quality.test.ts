// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test, vi } from 'vitest';
import { Judge, type Counts, type Weakness } from './quality';
import { QualityWatch } from './quality_watch';
import type { Phone, Talking } from './state';

const start: Counts = {
  received: 0,
  lost: 0,
  jitter: 0.005,
  outLoss: 0,
  outJitter: 0.005,
  roundTrip: 0.04,
  checks: 4,
  answers: 4,
  checkTime: 0.02,
  level: 0.1,
};

/** Five seconds after five seconds, each with so many packets and this besides. */
class Line {
  private now = start;
  readonly judge: Judge;
  constructor(isToServer = false) {
    this.judge = new Judge(() => isToServer);
    this.judge.take(start);
  }
  go(change: Partial<Counts> = {}, lost = 0): Weakness {
    const { received, checks, answers } = this.now;
    this.now = {
      ...this.now,
      received: received + 250 - lost,
      lost: this.now.lost + lost,
      checks: (checks ?? 0) + 2,
      answers: (answers ?? 0) + 2,
      outLoss: 0,
      roundTrip: 0.04,
      checkTime: 0.02,
      ...change,
    };
    return this.judge.take(this.now);
  }
  /** Our own checks go unanswered as well. */
  goWithLostChecks(lost: number): Weakness {
    return this.go({ answers: this.now.answers ?? 0 }, lost);
  }
}

describe('a line', () => {
  test('without fault is never called weak', () => {
    const line = new Line();
    expect(Array.from({ length: 20 }, () => line.go({}, 5))).not.toContain('ours');
    expect(line.go()).toBe('none');
  });

  test('is weak only after ten bad seconds, and well only after fifteen good ones', () => {
    const line = new Line();
    const said = [40, 0, 40, 40, 0, 0, 40, 0, 0, 0].map((lost) => line.go({}, lost) !== 'none');
    expect(said).toEqual([false, false, false, true, true, true, true, true, true, false]);
  });

  test('is fair after ten seconds in which a trained ear notices, before and after it is weak', () => {
    const line = new Line();
    const said = [9, 0, 9, 9, 0, 0, 0, 40, 40, 9, 9, 9, 0, 0, 0].map((lost) => line.go({}, lost));
    expect(said.join(' ')).toBe(
      'none none none slight slight slight none none theirs theirs theirs slight slight slight none',
    );
  });

  test('is ours when our own checks get lost too, and theirs when they do not', () => {
    const ours = new Line();
    ours.goWithLostChecks(40);
    expect(ours.goWithLostChecks(40)).toBe('ours');
    const theirs = new Line();
    theirs.go({}, 40);
    expect(theirs.go({}, 40)).toBe('theirs');
  });

  test('is weak as well when the other side misses what we say', () => {
    const line = new Line();
    line.go({ outLoss: 0.12 });
    expect(line.go({ outLoss: 0.12 })).toBe('theirs');
  });

  test('that is slow on our own way is ours', () => {
    const line = new Line();
    line.go({ checkTime: 0.5, roundTrip: 0.7 });
    expect(line.go({ checkTime: 0.5, roundTrip: 0.7 })).toBe('ours');
  });

  test('to a server is ours when the server misses what we say', () => {
    const line = new Line(true);
    line.go({ outLoss: 0.12 });
    expect(line.go({ outLoss: 0.12 })).toBe('ours');
  });

  test('to a server is not ours for what may have been lost or late before it came there', () => {
    const line = new Line(true);
    for (let i = 0; i < 5; i++) expect(line.go({ jitter: 0.2 }, 40)).toBe('none');
  });

  test('of which the browser tells nothing is somewhere', () => {
    const line = new Line();
    line.go({ checks: null, answers: null }, 40);
    expect(line.go({ checks: null, answers: null }, 40)).toBe('somewhere');
  });

  test('of a browser that counts nothing of it is not called weak', () => {
    const none = { jitter: null, outLoss: null, outJitter: null, roundTrip: null, checkTime: null };
    const line = new Line();
    for (let i = 0; i < 5; i++) expect(line.go(none)).toBe('none');
  });

  test('silence of DTX is no loss: a few packets say nothing', () => {
    const judge = new Judge(() => false);
    judge.take(start);
    const quiet = { ...start, received: 10, lost: 2 };
    expect([quiet, { ...quiet, received: 20, lost: 4 }].map((now) => judge.take(now))).toEqual([
      'none',
      'none',
    ]);
  });
});

describe('what the server says of a line', () => {
  const connected = { kind: 'talking', stage: 'connected', id: '1', hold: 'nobody' } as Talking;
  const seen: Weakness[] = [];
  const watch = new QualityWatch({
    tellAway: () => {},
    measure: () => Promise.resolve(null),
    tell: (_, weakness) => seen.push(weakness),
    report: () => {},
  });

  test('is shown of the conversation in front, and forgotten with it', () => {
    watch.hear('theirs', true);
    expect(seen).toEqual([]);
    watch.watch({ call: connected } as Phone);
    watch.hear('theirs', true);
    watch.hear('ours', true);
    watch.hear('ours', false);
    watch.hear('theirs', false);
    expect(seen.splice(0)).toEqual(['theirs', 'ours', 'theirs', 'none']);
    watch.hear('theirs', true);
    watch.watch({ call: { ...connected, id: '2' } } as Phone);
    watch.hear('ours', false);
    expect(seen.splice(0)).toEqual(['theirs', 'none']);
    watch.watch({ call: { ...connected, id: '2', hold: 'us' } } as Phone);
    watch.hear('theirs', true);
    expect(seen).toEqual([]);
    watch.watch({ call: null } as Phone);
  });
});

describe('what the server is told of a line', () => {
  const sealed = {
    kind: 'talking',
    stage: 'connected',
    id: '1',
    hold: 'nobody',
    reach: { kind: 'sealed' },
  } as Talking;
  const looks = async (call: Talking, times: number): Promise<number> => {
    vi.useFakeTimers();
    const report = vi.fn();
    const watch = new QualityWatch({
      tellAway: () => {},
      measure: () => Promise.resolve(start),
      tell: () => {},
      report,
    });
    watch.watch({ call } as Phone);
    await vi.advanceTimersByTimeAsync(times * 5_000);
    watch.watch({ call: null } as Phone);
    vi.useRealTimers();
    return report.mock.calls.length;
  };

  test('comes after ten seconds and then every thirty, of a sealed call alone', async () => {
    expect(await looks(sealed, 1)).toBe(0);
    expect(await looks(sealed, 2)).toBe(1);
    expect(await looks(sealed, 7)).toBe(1);
    expect(await looks({ ...sealed, hold: 'us' }, 8)).toBe(2);
    const terminated = { kind: 'terminated', reason: 'desk-phone' } as const;
    expect(await looks({ ...sealed, reach: terminated }, 20)).toBe(0);
  });
});
