// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

/** The worker's end runs in the test; what is posted is told at once. */
class FakeWorker extends EventTarget {
  static opened: FakeWorker[] = [];
  constructor() {
    super();
    FakeWorker.opened.push(this);
  }
  readonly postMessage = vi.fn<(wish: { id: number; milliseconds: number }) => void>();
  over(id: number) {
    this.dispatchEvent(new MessageEvent('message', { data: id }));
  }
}

beforeEach(() => {
  vi.resetModules();
  FakeWorker.opened = [];
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

test('the worker is told how long, and what it says when that is over is done once', async () => {
  vi.stubGlobal('Worker', FakeWorker);
  const { steadyTimers } = await import('./timers');
  const timers = steadyTimers();
  expect(steadyTimers()).toBe(timers);
  const [worker] = FakeWorker.opened;
  const [first, second] = [vi.fn(), vi.fn()];
  timers.set(first, 4_000);
  const takeBack = timers.set(second, 5_000);
  const wishes = worker?.postMessage.mock.calls.map(([wish]) => wish) ?? [];
  expect(wishes.map(({ milliseconds }) => milliseconds)).toEqual([4_000, 5_000]);
  takeBack();
  for (const { id } of [...wishes, ...wishes]) worker?.over(id);
  expect(first).toHaveBeenCalledTimes(1);
  expect(second).not.toHaveBeenCalled();
});

test('without workers, or where one breaks, the timers of the page do', async () => {
  vi.useFakeTimers();
  const { steadyTimers, pageTimers } = await import('./timers');
  expect(steadyTimers()).toBe(pageTimers);
  const run = vi.fn();
  steadyTimers().set(run, 10);
  vi.advanceTimersByTime(10);
  expect(run).toHaveBeenCalledTimes(1);
  vi.resetModules();
  vi.stubGlobal('Worker', FakeWorker);
  const again = await import('./timers');
  const [before, after] = [vi.fn(), vi.fn()];
  again.steadyTimers().set(before, 10);
  FakeWorker.opened[0]?.dispatchEvent(new Event('error'));
  again.steadyTimers().set(after, 10);
  vi.advanceTimersByTime(10);
  expect(before).toHaveBeenCalledTimes(1);
  expect(after).toHaveBeenCalledTimes(1);
});
