// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { returning } from './deadlines';
import type { Kept } from './kept';
import { FakeWorld, siti } from './testing/fake_world';

const kept: Kept = {
  id: 'call-7',
  dialog: { callId: 'one@page', oneTag: 'a', otherTag: 'b' },
  party: siti,
  direction: 'out',
  since: 1_800_000_000_000 - 60_000,
  muted: true,
  held: false,
  consults: null,
  sentBy: null,
};

let world: FakeWorld;
beforeEach(() => {
  vi.useFakeTimers();
  world = new FakeWorld();
});
afterEach(() => void vi.useRealTimers());

const settle = () => vi.advanceTimersByTimeAsync(0);

describe('a page that was loaded anew', () => {
  test('asks for the place of the dialog that was, and the timer goes on', async () => {
    world.telephone.reentry.begin([kept]);
    expect(world.talking()).toMatchObject({ stage: 'returning', since: -60_000, muted: true });
    await settle();
    expect(world.line.resume).toHaveBeenCalledWith(kept, world.microphone);
    world.confirm('connected', kept.id);
    expect(world.state()).toBe('connected');
    expect(world.telephone.reentry.kept()).toMatchObject([{ id: kept.id, muted: true }]);
  });

  test('asks once more where its connection took the question', async () => {
    world.telephone.reentry.begin([kept]);
    await settle();
    world.emit({ type: 'ended', id: kept.id, outcome: 'connection_lost' });
    expect(world.state()).toBe('returning');
    expect(world.telephone.reentry.kept()).toEqual([kept]);
    world.emit({ type: 'registered' });
    expect(world.line.resume).toHaveBeenCalledTimes(2);
  });

  test('says so where the call is over meanwhile', async () => {
    world.telephone.reentry.begin([kept]);
    await settle();
    world.emit({ type: 'ended', id: kept.id, outcome: 'gone_meanwhile' });
    expect(world.state()).toBe('gone_meanwhile');
  });

  test('waits for the microphone, and not for ever', async () => {
    world.openMicrophone = () => new Promise(() => {});
    world.telephone.reentry.begin([kept]);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(world.state()).toBe('asking');
    await vi.advanceTimersByTimeAsync(returning);
    expect(world.state()).toBe('microphone_unanswered');
    expect(world.line.resume).not.toHaveBeenCalled();
  });
});

test('who gives way keeps the call until the other tab has it, and shows no end of it', async () => {
  world.telephone.reentry.begin([kept]);
  await settle();
  world.confirm('connected', kept.id);
  world.telephone.handOver();
  expect(world.line.release).toHaveBeenCalledOnce();
  expect(world.line.stop).not.toHaveBeenCalled();
  expect(world.state()).toBe('connected');
  world.emit({ type: 'ended', id: kept.id, outcome: 'went_on' });
  expect(world.telephone.current()).toMatchObject({ call: null, over: null });
  expect(world.line.stop).toHaveBeenCalledOnce();
});
