// SPDX-License-Identifier: Apache-2.0
import { Api } from '@dering/api/client';
import type { Forwarding, Me, Person, Pickup } from '@dering/api/types';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, cleanup, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, test, vi } from 'vitest';
import { draw } from '../testing/draw';
import { PickupNotice } from './pickup_notice';
import { mostKept, withPickup } from './pickups';

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const me = { extension: '1001' } as Me;
const person = (extension: string, name: string, unit = 'Teknik'): Person => ({
  extension,
  name,
  unit,
  presence: 'in_call',
});
const people = [
  person('1001', 'Ayu'),
  person('1002', 'Budi'),
  person('1003', 'Citra'),
  person('1005', 'Eka'),
  person('1006', 'Fajar', 'Hukum'),
];
const byNumber = new Map(people.map((each) => [each.extension, each]));
const ring = (
  extension: string,
  caller: Pickup['caller'] = { extension: '1004', name: 'Dewi' },
) => ({
  extension,
  rings: true,
  caller,
});

async function show(ringing: readonly Pickup[], more: { isOn?: boolean; canCall?: boolean } = {}) {
  const client = new QueryClient({ defaultOptions: { queries: { staleTime: Infinity } } });
  const api = new Api({ current: () => 'token', renew: () => Promise.resolve('token') });
  const kept = { extension: '1001', pickup_notices: more.isOn ?? true } as Forwarding;
  client.setQueryData(['forwarding', '1001'], kept);
  const onPickUp = vi.fn<(number: string, name: string) => void>();
  const onHide = vi.fn<(pickup: Pickup) => void>();
  await draw(
    <QueryClientProvider client={client}>
      <PickupNotice
        {...{ api, me, byNumber, ringing, onPickUp, onHide }}
        canCall={more.canCall ?? true}
      />
    </QueryClientProvider>,
  );
  return { onPickUp, onHide, client };
}
const text = () => screen.getByTestId('pickups').textContent;

test('says politely who is called by whom, and one click picks it up', async () => {
  localStorage.setItem('dering.language', 'en');
  const { onPickUp } = await show([ring('1002')]);
  expect(text()).toContain('Budi is called by Dewi.');
  const place = screen.getByRole('status');
  expect(place.getAttribute('aria-live')).toBe('polite');
  expect(place.contains(document.activeElement)).toBe(false);
  await userEvent.click(screen.getByRole('button', { name: 'Pick up the call for Budi' }));
  expect(onPickUp.mock.calls).toEqual([['**1002', 'Dewi']]);
});

test('in Indonesian too, and of who withholds the number no name', async () => {
  localStorage.setItem('dering.language', 'id');
  const { onPickUp } = await show([ring('1002', null)]);
  expect(text()).toContain('Seseorang yang menyembunyikan nomornya menelepon Budi.');
  await userEvent.click(screen.getByRole('button', { name: 'Ambil panggilan untuk Budi' }));
  expect(onPickUp.mock.calls).toEqual([['**1002', 'Nomor disembunyikan']]);
});

test('one notice is put away alone', async () => {
  localStorage.setItem('dering.language', 'en');
  const { onHide } = await show([ring('1002'), ring('1003')]);
  await userEvent.click(screen.getByRole('button', { name: 'Hide the call for Citra' }));
  expect(onHide.mock.calls).toEqual([[ring('1003')]]);
});

test('nothing while one is rung or calls, and nothing once it is switched off', async () => {
  await show([ring('1002')], { canCall: false });
  expect(text()).toBe('');
  cleanup();
  const { client } = await show([ring('1002')]);
  expect(text()).toContain('Budi');
  act(() => {
    client.setQueryData(['forwarding', '1001'], { extension: '1001', pickup_notices: false });
  });
  expect(await screen.findByTestId('pickups')).toHaveProperty('textContent', '');
});

test('two at once at most, and none of somebody who is of another unit by now', async () => {
  await show([ring('1006'), ring('1002'), ring('1003'), ring('1005')]);
  expect(text()).toContain('Budi');
  expect(text()).toContain('Citra');
  expect(text()).not.toContain('Eka');
  expect(text()).not.toContain('Fajar');
});

test('what rings is kept by who is called, newest first, until it ends, and no more than so many', () => {
  const [budi, citra] = [ring('1002'), ring('1003')];
  let ringing = withPickup(withPickup([], budi), citra);
  expect(ringing).toEqual([citra, budi]);
  ringing = withPickup(ringing, ring('1002', null));
  expect(ringing).toEqual([ring('1002', null), citra]);
  ringing = withPickup(ringing, { extension: '1002', rings: false, caller: null });
  expect(ringing).toEqual([citra]);
  for (let i = 0; i < mostKept + 5; i++) ringing = withPickup(ringing, ring(String(2000 + i)));
  expect(ringing).toHaveLength(mostKept);
  expect(withPickup(ringing, null)).toEqual([]);
});
