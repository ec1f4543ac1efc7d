// SPDX-License-Identifier: Apache-2.0
import { Mirror } from '@dering/sip/mirror';
import type { Phone } from '@dering/sip/state';
import { sealed, wireVersion, type Place } from '@dering/sip/wire';
import { act, cleanup, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { draw } from '../testing/draw';
import { ElsewhereBanner } from './elsewhere_banner';

beforeEach(() => localStorage.setItem('dering.language', 'en'));
afterEach(cleanup);

const idle: Phone = { link: 'ready', call: null, other: null, over: null };
const asking: Phone = {
  ...idle,
  call: {
    kind: 'ringing-out',
    id: 'call',
    party: { number: '1002', name: 'Siti' },
    direction: 'out',
    reach: { kind: 'unknown' },
    stage: 'microphone',
    consults: null,
  },
};
const well: Place = { microphone: 'granted', isMute: false, heard: 'well' };

async function show() {
  let tell = (_message: unknown) => {};
  const remote = {
    post: () => {},
    listen: (listener: typeof tell) => {
      tell = listener;
      return () => {};
    },
  };
  const mirror = new Mirror({ remote, name: 'test', isVisible: () => true });
  mirror.open();
  const onTakeOver = vi.fn<() => void>();
  await draw(<ElsewhereBanner mirror={mirror} onTakeOver={onTakeOver} />, mirror);
  const hear = (phone: Phone, place: Place) =>
    act(() => tell(sealed({ kind: 'state', term: 1, clock: 0, phone, place })));
  return { hear, tell: (message: unknown) => act(() => tell(message)), onTakeOver };
}
const words = () => screen.getByTestId('elsewhere').textContent;

test('says where the sound is, and takes it over by a click', async () => {
  const { hear, onTakeOver } = await show();
  expect(words()).toContain('Looking for the tab');
  hear(idle, well);
  expect(words()).toContain('The sound is in another tab.');
  await userEvent.click(screen.getByTestId('take-over'));
  expect(onTakeOver).toHaveBeenCalledTimes(1);
});

test('says where the browser asks for the microphone, where it has to', async () => {
  const { hear } = await show();
  hear(asking, well);
  expect(words()).toContain('The sound is in another tab.');
  hear(asking, { ...well, microphone: 'prompt' });
  expect(words()).toContain('asks for the microphone in the tab that has the phone');
});

test('says that it may not ring there yet', async () => {
  const { hear } = await show();
  hear(idle, { ...well, isMute: true });
  expect(words()).toContain('may make no sound yet');
});

test('beside a page of another version says which of them to reload', async () => {
  const { tell } = await show();
  const other = (version: number) => ({
    dering: 'telephone',
    version,
    message: { kind: 'state' },
  });
  tell(other(wireVersion + 1));
  expect(words()).toContain('Reload this page');
  expect(screen.queryByTestId('take-over')).toBeNull();
  tell(other(wireVersion - 1));
  expect(words()).toContain('older version');
  expect(screen.getByTestId('take-over')).toBeTruthy();
});

test.each([
  ['speaks-muted', 'You speak while muted'],
  ['no-sound', 'No sound comes from your microphone'],
  ['gone', 'The tab that has the phone says more'],
  ['missing', 'The tab that has the phone says more'],
  ['trouble', 'The tab that has the phone says more'],
] as const)('tells the words about one’s own sound in every tab: %s', async (heard, says) => {
  const { hear } = await show();
  hear(idle, { ...well, heard });
  expect(words()).toContain(says);
  hear(idle, well);
  expect(words()).toContain('The sound is in another tab.');
});
