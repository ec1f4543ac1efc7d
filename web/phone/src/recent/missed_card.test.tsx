// SPDX-License-Identifier: Apache-2.0
import type { CallRecord } from '@dering/api/types';
import { cleanup, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { draw } from '../testing/draw';
import { MissedCard } from './missed_card';

beforeEach(() => localStorage.setItem('dering.language', 'en'));
afterEach(cleanup);

const call = (id: string, peer: string, name: string): CallRecord => ({
  id,
  direction: 'in',
  peer,
  peer_name: name,
  started_at: 1_800_000_000,
  duration_ms: -1,
  outcome: 'no_answer',
  missed: true,
  transferred: false,
});
async function show(calls: readonly CallRecord[], count = calls.length) {
  const onOpen = vi.fn<(number: string) => void>();
  const onCall = vi.fn<(number: string, name: string) => void>();
  const onSeen = vi.fn<() => void>();
  await draw(<MissedCard {...{ calls, count, onOpen, onCall, onSeen }} canCall />);
  return { onOpen, onCall, onSeen };
}
const rows = () => screen.getAllByTestId('missed-row').map(({ textContent }) => textContent);
const title = () => screen.getByTestId('missed-title').textContent;
const many = [
  call('4', '1002', 'Siti'),
  call('3', '1003', 'Citra'),
  call('2', '1002', 'Siti'),
  call('1', 'anonymous', ''),
];

test('everybody who called in vain is listed, each once, and can be called back', async () => {
  const { onCall, onOpen, onSeen } = await show(many);
  expect(title()).toBe('4 missed calls');
  expect(rows()).toHaveLength(3);
  expect(rows()[0]).toMatch(/^Siti 2 calls/);
  expect(rows()[2]).toMatch(/^Number withheld/);
  await userEvent.click(screen.getByRole('button', { name: 'Call back Citra' }));
  expect(onCall.mock.calls).toEqual([['1003', 'Citra']]);
  expect(onSeen, 'Siti has not been called back').not.toHaveBeenCalled();
  await userEvent.click(screen.getByText('Siti'));
  expect(onOpen.mock.calls).toEqual([['1002']]);
  await userEvent.click(screen.getByTestId('missed-close'));
  expect(onSeen).toHaveBeenCalledTimes(1);
});

test('whoever calls the only one back has seen it', async () => {
  const { onCall, onSeen } = await show(many.slice(0, 1));
  expect(title()).toBe('Missed call');
  await userEvent.click(screen.getByRole('button', { name: 'Call back Siti' }));
  expect(onCall).toHaveBeenCalledTimes(1);
  expect(onSeen).toHaveBeenCalledTimes(1);
});

test('that there are more than it lists it says, in Indonesian as well', async () => {
  localStorage.setItem('dering.language', 'id');
  await show(many, 120);
  expect(title()).toBe('120 panggilan tak terjawab');
  expect(screen.getByTestId('missed').textContent).toContain('Yang lebih lama ada di riwayat.');
});
