// SPDX-License-Identifier: Apache-2.0
import type { CallRecord } from '@dering/api/types';
import { cleanup, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { draw } from '../testing/draw';
import { RecentList } from './recent_list';

beforeEach(() => {
  localStorage.setItem('dering.language', 'en');
  vi.useFakeTimers({ toFake: ['Date'], now: new Date(2027, 0, 15, 12) });
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

/** Calls of one person, by the hours of 15 January 2027 that they began at. */
const call = (id: string, hour: number, more: Partial<CallRecord> = {}): CallRecord => ({
  id,
  direction: 'in',
  peer: '1002',
  peer_name: 'Siti',
  started_at: new Date(2027, 0, 15, hour).getTime() / 1000,
  duration_ms: -1,
  outcome: 'no_answer',
  missed: more.direction !== 'out',
  transferred: false,
  ...more,
});
async function show(calls: readonly CallRecord[], seenUntil = '99') {
  const onOpen = vi.fn<(number: string) => void>();
  const onCall = vi.fn<(number: string, name: string) => void>();
  await draw(<RecentList calls={calls} own="1001" {...{ seenUntil, onOpen, onCall }} canCall />);
  return { onOpen, onCall };
}
const rows = () => screen.getAllByTestId('recent-row').map(({ textContent }) => textContent);

test('each call says what became of it', async () => {
  const of = (direction: 'in' | 'out', outcome: string, more: Partial<CallRecord> = {}) => ({
    direction,
    outcome,
    ...more,
  });
  const calls = [
    of('out', 'busy'),
    of('out', 'incompatible'),
    of('in', 'no_answer'),
    of('in', 'declined', { missed: false }),
    of('out', 'something new'),
    of('in', 'elsewhere', { missed: false }),
    of('out', 'unavailable'),
    of('out', 'refused'),
    of('in', 'transferred', { duration_ms: 61_000, transferred: true }),
  ].map((each, index) => call(String(index), 9, { peer: `200${index}`, ...each }));
  await show(calls);
  const words = ['Busy', 'The phones did not fit', 'Missed', 'Declined by you', 'Not answered'];
  words.push(
    'Answered on another device',
    'Takes no calls now',
    'Not let through',
    'Incoming, transferred',
  );
  for (const [index, word] of words.entries()) expect(rows()[index]).toContain(word);
  expect(document.querySelectorAll('span[data-kind="missed"] svg')).toHaveLength(1);
});

test('by day, and on each day by person in the order of their latest call', async () => {
  const [citra, budi] = [
    { peer: '1003', peer_name: 'Citra' },
    { peer: '1004', peer_name: 'Budi' },
  ];
  await show([
    call('9', 11),
    call('8', 10, { ...citra, direction: 'out', outcome: 'busy' }),
    call('7', 9),
    call('6', -2),
    call('5', -40, budi),
    call('4', -365 * 24, citra),
  ]);
  const days = screen.getAllByTestId('day').map(({ textContent }) => textContent);
  expect(days.slice(0, 2)).toEqual(['Today', 'Yesterday']);
  expect(days[2]).toMatch(/^Wednesday, .*13/);
  expect(days[3]).toMatch(/2026/);
  const [first, second, third] = rows();
  expect(first).toMatch(/^SitiMissed · 11:00.* · 2 calls$/);
  expect(second).toMatch(/^CitraBusy · 10:00/);
  expect(third).toMatch(/^SitiMissed · 10:00/);
});

test('whoever opens the calls of a day sees each with its time and its words', async () => {
  await show([
    call('9', 11, { duration_ms: 65_000, outcome: 'answered', missed: false }),
    call('8', 9),
  ]);
  expect(screen.queryByTestId('part')).toBeNull();
  const details = screen.getByRole('button', { name: 'Calls with Siti' });
  expect(details.getAttribute('aria-expanded')).toBe('false');
  await userEvent.click(details);
  const parts = screen.getAllByTestId('part').map(({ textContent }) => textContent);
  expect(parts[0]).toMatch(/^11:00.*Incoming · 1:05$/);
  expect(parts[1]).toMatch(/^9:00.*Missed$/);
});

test('the whole row opens the person, and the button beside it calls', async () => {
  const { onOpen, onCall } = await show([call('9', 11)]);
  await userEvent.click(screen.getByText(/Missed/));
  expect(onOpen.mock.calls).toEqual([['1002']]);
  expect(onCall).not.toHaveBeenCalled();
  await userEvent.click(screen.getByRole('button', { name: 'Call Siti' }));
  expect(onCall.mock.calls).toEqual([['1002', 'Siti']]);
  expect(onOpen).toHaveBeenCalledTimes(1);
});

test('what was missed since the last look is marked, also where it is not the latest', async () => {
  await show(
    [
      call('9', 11, { direction: 'out', outcome: 'busy' }),
      call('8', 10),
      call('7', 9, { peer: '1003', peer_name: 'Citra' }),
    ],
    '7',
  );
  const [siti, citra] = screen.getAllByTestId('recent-row');
  expect(siti && within(siti).getByTestId('new').textContent).toBe('New');
  expect(citra && within(citra).queryByTestId('new')).toBeNull();
});

test('the echo test is called by its name, like everywhere else', async () => {
  const echo = { peer: '*43', peer_name: '', outcome: 'answered', duration_ms: 2000 };
  await show([call('1', 9, { ...echo, direction: 'out' })]);
  expect(screen.getByTestId('recent').textContent).toContain('Echo test');
  expect(screen.getByRole('button', { name: 'Call Echo test' })).toBeTruthy();
});

test('who withheld the number has no name, cannot be called back, and is nobody twice', async () => {
  localStorage.setItem('dering.language', 'id');
  const hidden = { peer: 'anonymous', peer_name: '' };
  await show([call('2', 10, hidden), call('1', 9, hidden)]);
  expect(rows()).toHaveLength(2);
  expect(screen.getByTestId('recent').textContent).toContain('Nomor disembunyikan');
  expect(screen.queryByRole('button')).toBeNull();
  expect(screen.getByTestId('day').textContent).toBe('Hari ini');
});

test('a name that turns the writing round turns only itself', async () => {
  await show([call('1', 9, { peer_name: '\u202EABC' })]);
  expect(screen.getByText('\u202EABC').tagName).toBe('BDI');
});

test('who is at another exchange is called at the number alone', async () => {
  const { onOpen, onCall } = await show([call('1', 9, { peer: '3001@pbx', peer_name: '' })]);
  expect(rows()[0]).toContain('3001@pbx');
  await userEvent.click(screen.getByTestId('recent-call'));
  expect(onCall).toHaveBeenCalledWith('3001', '');
  await userEvent.click(screen.getByTestId('recent-open'));
  expect(onOpen).toHaveBeenCalledWith('3001');
});
