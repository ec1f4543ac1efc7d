// SPDX-License-Identifier: Apache-2.0
import { cleanup, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { draw } from '../testing/draw';
import { RecentList } from './recent_list';

beforeEach(() => localStorage.setItem('dering.language', 'en'));
afterEach(cleanup);

test('each call says what became of it', async () => {
  const of = (id: string, direction: 'in' | 'out', outcome: string) => ({
    id,
    direction,
    peer: '1002',
    peer_name: 'Siti',
    started_at: 1_800_000_000,
    duration_ms: -1,
    outcome,
    transferred: false,
  });
  const calls = [
    of('1', 'out', 'busy'),
    of('2', 'out', 'incompatible'),
    of('3', 'in', 'no_answer'),
    of('4', 'in', 'declined'),
    of('5', 'out', 'something new'),
    of('6', 'in', 'elsewhere'),
    of('7', 'out', 'unavailable'),
    of('8', 'out', 'refused'),
    { ...of('9', 'in', 'transferred'), duration_ms: 61_000, transferred: true },
  ];
  await draw(<RecentList calls={calls} own="1001" canCall onCall={() => {}} />);
  const rows = screen.getAllByRole('listitem').map(({ textContent }) => textContent);
  const words = ['Busy', 'The phones did not fit', 'Missed', 'Declined by you', 'Not answered'];
  words.push(
    'Answered on another device',
    'Takes no calls now',
    'Not let through',
    'Incoming, transferred',
  );
  for (const [index, word] of words.entries()) expect(rows[index]).toContain(word);
  expect(document.querySelectorAll('span[data-kind="missed"] svg')).toHaveLength(1);
});

test('the echo test is called by its name, like everywhere else', async () => {
  const call = {
    id: '1',
    direction: 'out',
    peer: '*43',
    peer_name: '',
    started_at: 1_800_000_000,
    duration_ms: 2000,
    outcome: 'answered',
    transferred: false,
  } as const;
  await draw(<RecentList calls={[call]} own="1001" canCall onCall={() => {}} />);
  expect(screen.getByTestId('recent').textContent).toContain('Echo test');
  expect(screen.getByRole('button', { name: 'Call Echo test' })).toBeTruthy();
});

test('who withheld the number has no name and cannot be called back', async () => {
  localStorage.setItem('dering.language', 'id');
  const call = {
    id: '1',
    direction: 'in',
    peer: 'anonymous',
    peer_name: '',
    started_at: 1_800_000_000,
    duration_ms: -1,
    outcome: 'no_answer',
    transferred: false,
  } as const;
  await draw(<RecentList calls={[call]} own="1001" canCall onCall={() => {}} />);
  expect(screen.getByTestId('recent').textContent).toContain('Nomor disembunyikan');
  expect(screen.queryByRole('button')).toBeNull();
});
