// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { returning } from './deadlines';
import type { Kept } from './kept';
import { FakeWorld, siti } from './testing/fake_world';

const kept: Kept = {
  id: 'call-7',
  dialog: { callId: 'one@page', ownTag: 'a', theirTag: 'b' },
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

  test('shows nothing any more, and says so where it did', async () => {
    world.telephone.reentry.begin([{ ...kept, showed: true }]);
    const pictures = { ours: 'none', theirs: 'none', trouble: 'reloaded' };
    expect(world.talking()).toMatchObject({ pictures });
    await settle();
    world.confirm('connected', kept.id);
    expect(world.telephone.reentry.kept()[0]).not.toHaveProperty('showed');
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

  test('ends the call in the dialog that was where its person hangs up before it is back', async () => {
    world.telephone.reentry.begin([kept]);
    await settle();
    world.telephone.hangUp();
    expect(world.line.leave).toHaveBeenCalledExactlyOnceWith(kept.dialog, undefined);
    expect(world.line.end).toHaveBeenCalledWith(kept.id, undefined);
    expect(world.state()).toBe('answered');
    expect(world.telephone.reentry.kept()).toEqual([]);
  });

  test('ends it so while the browser asks for the microphone, and where nobody allows that', async () => {
    let allow = (): void => {};
    world.openMicrophone = () =>
      new Promise((resolve) => (allow = () => resolve(world.microphone)));
    world.telephone.reentry.begin([kept]);
    world.telephone.hangUp();
    expect(world.line.leave).toHaveBeenCalledOnce();
    allow();
    await settle();
    expect(world.line.resume).not.toHaveBeenCalled();
    world.refuseMicrophone('NotAllowedError');
    world.telephone.reentry.begin([kept]);
    await settle();
    expect(world.line.leave).toHaveBeenLastCalledWith(kept.dialog, {
      status: 480,
      word: 'no_microphone',
    });
  });

  test('ends it once it is connected, on each connection, until the server has given it up', async () => {
    world.emit({ type: 'disconnected' });
    world.telephone.reentry.begin([kept]);
    await settle();
    world.telephone.hangUp();
    expect(world.line.leave).not.toHaveBeenCalled();
    world.emit({ type: 'registered' });
    world.emit({ type: 'registered' });
    expect(world.line.leave).toHaveBeenCalledTimes(2);
    world.time = 30_000;
    world.emit({ type: 'registered' });
    expect(world.line.leave).toHaveBeenCalledTimes(2);
    expect(world.line.resume).not.toHaveBeenCalled();
  });

  test('says nothing in the dialog that was once it is back', async () => {
    world.telephone.reentry.begin([kept]);
    await settle();
    world.confirm('connected', kept.id);
    world.telephone.hangUp();
    expect(world.line.leave).not.toHaveBeenCalled();
    expect(world.line.end).toHaveBeenCalledWith(kept.id, undefined);
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
