// SPDX-License-Identifier: Apache-2.0
import type { ParkedCall } from '@dering/api/types';
import { cleanup, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { draw } from '../testing/draw';
import { ParkingBanner } from './parking_banner';

const user = userEvent.setup();
const budi: ParkedCall = { place: '71', extension: '1002', name: 'Budi' };
beforeEach(() => localStorage.setItem('dering.language', 'en'));
afterEach(cleanup);

async function show(parked: readonly ParkedCall[], canCall = true) {
  const onTake = vi.fn<(place: string, name: string) => void>();
  await draw(<ParkingBanner parked={parked} canCall={canCall} onTake={onTake} />);
  return onTake;
}
const words = () => screen.getByTestId('parking').textContent;

test('says who waits where, and one click takes them back', async () => {
  const onTake = await show([budi, { place: '73', extension: '', name: '' }]);
  expect(words()).toContain('Budi is parked at 71. Dial 71 to take the call.');
  expect(words()).toContain('Somebody is parked at 73.');
  await user.click(screen.getByTestId('take-71'));
  expect(onTake.mock.calls).toEqual([['71', 'Budi']]);
});

test('names by number who has no name', async () => {
  await show([{ ...budi, name: '' }]);
  expect(words()).toContain('1002 is parked at 71.');
});

test('takes nobody back while no more calls can be had', async () => {
  await show([budi], false);
  expect(screen.getByTestId('take-71')).toHaveProperty('disabled', true);
});

test('says nothing where nobody waits', async () => {
  await show([]);
  expect(words()).toBe('');
});

test('names with markup are text, and Indonesian has its words', async () => {
  localStorage.setItem('dering.language', 'id');
  await show([{ ...budi, name: '<b>Budi</b>' }]);
  expect(words()).toContain('<b>Budi</b> diparkir di 71.');
});
