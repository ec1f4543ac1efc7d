// SPDX-License-Identifier: Apache-2.0
import type { CallRecord, Extension, Stay } from '@dering/api/types';
import { cleanup, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, test } from 'vitest';
import { draw } from '../testing/draw';
import { RecentList } from './recent_list';

afterEach(cleanup);

const names: Record<string, string> = { '1001': 'Ayu', '1002': 'Budi', '1003': 'Citra' };
const who = (extension: string): Extension => ({ extension, name: names[extension] ?? '' });
const stay = (extension: string, why: string, more: Partial<Stay> = {}): Stay => ({
  person: who(extension),
  role: why === 'placed' ? 'caller' : 'callee',
  why,
  from: 1_800_000_000,
  to: 1_800_000_060,
  outcome: 'answered',
  talked: true,
  brought_by: null,
  sent_by: null,
  sent_to: null,
  ...more,
});
const call = (...stays: Stay[]): CallRecord => ({
  id: '1',
  direction: 'out',
  peer: '1002',
  peer_name: 'Budi',
  started_at: 1_800_000_000,
  duration_ms: 60_000,
  outcome: 'answered',
  missed: false,
  transferred: false,
  stays,
});

const nothing = { onOpen: () => {}, onCall: () => {} };

/** The sentences that somebody reads who opens the details of that call. */
async function told(language: 'en' | 'id', own: string, record: CallRecord): Promise<string[]> {
  localStorage.setItem('dering.language', language);
  await draw(<RecentList calls={[record]} own={own} seenUntil="0" canCall {...nothing} />);
  const details = screen.getByTestId('details');
  expect(details.getAttribute('aria-expanded')).toBe('false');
  expect(screen.queryByTestId('story')).toBeNull();
  await userEvent.click(details);
  expect(details.getAttribute('aria-expanded')).toBe('true');
  const story = screen.getByTestId('story');
  const region = details.getAttribute('aria-controls') ?? '';
  expect(document.getElementById(region)?.contains(story)).toBe(true);
  const lines = [...story.querySelectorAll('li span:last-child')];
  cleanup();
  return lines.map(({ textContent }) => textContent ?? '');
}

const sentOn = call(
  stay('1001', 'placed', { outcome: 'transferred', to: 1_800_000_070 }),
  stay('1002', 'rung', {
    outcome: 'transferred',
    sent_by: who('1001'),
    sent_to: who('1003'),
    to: 1_800_000_060,
  }),
  stay('1002', 'returned', { from: 1_800_000_065 }),
);

test('a transfer says who sent whom on to whom, and that they came back', async () => {
  expect(await told('en', '1001', sentOn)).toEqual([
    'You called',
    'Budi answered',
    'You sent Budi on to Citra',
    'Budi came back',
  ]);
  expect(await told('en', '1002', sentOn)).toContain('Ayu sent you on to Citra');
  expect(await told('id', '1001', sentOn)).toEqual([
    'Anda menelepon',
    'Budi menjawab',
    'Anda mengalihkan Budi ke Citra',
    'Budi kembali',
  ]);
});

test('who was sent here says by whom', async () => {
  const came = call(stay('1002', 'transferred', { brought_by: who('1003') }), stay('1001', 'rung'));
  expect(await told('en', '1001', came)).toEqual(['Citra sent Budi on', 'You answered']);
});

test('a pickup names who took it, and whose phone rang', async () => {
  const picked = call(
    stay('1002', 'placed'),
    stay('1001', 'rung', { outcome: 'elsewhere', talked: false, to: 1_800_000_010 }),
    stay('1003', 'picked_up', { from: 1_800_000_010, outcome: null }),
  );
  expect(await told('en', '1001', picked)).toEqual([
    'Budi called',
    'Your phone rang',
    'Picked up by Citra',
  ]);
  expect(await told('id', '1002', picked)).toContain('Telepon Ayu berdering');
  expect(await told('id', '1002', picked)).toContain('Diambil oleh Citra');
});

test('a forwarding says whose it was and why', async () => {
  const forwarded = (reason: string) =>
    call(
      stay('1001', 'placed'),
      stay('1002', 'dialled', { outcome: 'forwarded', talked: false }),
      stay('1003', `forwarded_${reason}`, { brought_by: who('1002') }),
    );
  expect(await told('en', '1001', forwarded('busy'))).toEqual([
    'You called',
    'Forwarded by Budi (busy) to Citra',
    'Citra answered',
  ]);
  expect(await told('id', '1003', forwarded('no_answer'))).toContain(
    'Diteruskan oleh Budi (tidak dijawab) ke Anda',
  );
});

test('who did not answer says why, and a reason of a newer server is no reason', async () => {
  const rung = call(
    stay('1001', 'placed'),
    stay('1002', 'rung', { outcome: 'declined', talked: false }),
    stay('1003', 'rung', { outcome: 'eaten_by_a_dog', talked: false }),
  );
  expect(await told('en', '1001', rung)).toEqual([
    'You called',
    'Budi: Declined',
    'The phone of Citra rang',
  ]);
});

test('who withheld the number has none here either', async () => {
  const hidden = call(stay('anonymous', 'placed'), stay('1001', 'rung'));
  expect(await told('en', '1001', hidden)).toEqual([
    'Somebody who withheld the number called',
    'You answered',
  ]);
});

test('a call with a service, or of an older server, has nothing to open', async () => {
  const { stays: _, ...old } = call();
  for (const record of [call(stay('1001', 'placed')), old]) {
    await draw(<RecentList calls={[record]} own="1001" seenUntil="0" canCall {...nothing} />);
    expect(screen.queryByTestId('details')).toBeNull();
    cleanup();
  }
});
