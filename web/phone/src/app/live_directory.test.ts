// SPDX-License-Identifier: Apache-2.0
import type { Tagged } from '@dering/api/client';
import type { Directory, Person } from '@dering/api/types';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { LiveDirectory } from './live_directory';

const person = (extension: string, presence: Person['presence'] = 'offline'): Person => ({
  extension,
  name: `Person ${extension}`,
  unit: '',
  presence,
});
const tagged = (...people: Person[]): Tagged<Directory> => ({ value: { people }, tag: '"1"' });

let answers: ((answer: Tagged<Directory> | null) => void)[];
let known: (Tagged<Directory> | null)[];
let live: LiveDirectory;
let drawn: ReturnType<typeof vi.fn<() => void>>;

const answer = async (value: Tagged<Directory> | null) => {
  answers.shift()?.(value);
  await vi.advanceTimersByTimeAsync(0);
};
const presences = () => live.current().people.map(({ presence }) => presence);

beforeEach(() => {
  vi.useFakeTimers();
  [answers, known] = [[], []];
  live = new LiveDirectory(
    (before) => {
      known.push(before);
      return new Promise((resolve, reject) =>
        answers.push((value) => (value === null ? reject(new Error()) : resolve(value))),
      );
    },
    { now: () => performance.now(), chance: () => 1 },
  );
  drawn = vi.fn<() => void>();
  live.watch(drawn);
});
afterEach(() => vi.useRealTimers());

test('a change that comes while the snapshot is under way is not lost', async () => {
  live.load();
  live.change({ kind: 'presence', extension: '1001', presence: 'in_call' });
  await answer(tagged(person('1001'), person('1002')));
  expect(presences()).toEqual(['in_call', 'offline']);
});

test('changes that come together are drawn together', async () => {
  live.load();
  await answer(tagged(person('1001'), person('1002')));
  drawn.mockClear();
  live.change({ kind: 'presence', extension: '1001', presence: 'available' });
  live.change({ kind: 'presence', extension: '1002', presence: 'available' });
  expect(drawn).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(50);
  expect(drawn).toHaveBeenCalledTimes(1);
  expect(presences()).toEqual(['available', 'available']);
});

/** Long enough after the last snapshot for the next one to be fetched at once. */
const later = () => vi.advanceTimersByTimeAsync(11_000);

test('after a reconnect the snapshot counts, not what was told before', async () => {
  live.load();
  const snapshot = tagged(person('1001'));
  await answer(snapshot);
  live.change({ kind: 'presence', extension: '1001', presence: 'in_call' });
  await later();
  live.load();
  expect(known).toEqual([null, snapshot]);
  await answer(snapshot);
  expect(presences()).toEqual(['offline']);
});

test('a change that was waiting to be drawn does not come after a newer snapshot', async () => {
  live.load();
  await answer(tagged(person('1001')));
  await later();
  live.change({ kind: 'presence', extension: '1001', presence: 'in_call' });
  live.load();
  await answer(tagged(person('1001', 'available')));
  await vi.advanceTimersByTimeAsync(50);
  expect(presences()).toEqual(['available']);
});

test('many snapshots in a row become one, at a moment that differs from page to page', async () => {
  live.load();
  await answer(tagged(person('1001')));
  for (let i = 0; i < 5; i++) live.load();
  expect(known).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(known).toHaveLength(2);
});

test('a failure is told and tried again', async () => {
  live.load();
  await answer(null);
  expect(live.current().state).toBe('failed');
  await vi.advanceTimersByTimeAsync(1_000);
  await answer(tagged(person('1001')));
  expect(live.current()).toMatchObject({ state: 'ready', people: [{ extension: '1001' }] });
});

test('the answer to an older question is not shown', async () => {
  live.load();
  await later();
  live.load();
  const [older] = answers.splice(0, 1);
  await answer(tagged(person('1002')));
  older?.(tagged(person('1001')));
  await vi.advanceTimersByTimeAsync(0);
  expect(live.current().people).toMatchObject([{ extension: '1002' }]);
});

test('a stopped directory says nothing more', async () => {
  live.load();
  live.stop();
  await answer(tagged(person('1001')));
  expect(drawn).not.toHaveBeenCalled();
});
