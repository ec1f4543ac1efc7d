// SPDX-License-Identifier: Apache-2.0
import { act, cleanup, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ear } from '../sound/ear';
import { callMicrophone } from '../sound/microphone';
import { toldOfSound } from '../sound/told_of_sound';
import { draw, fakeTelephone } from '../testing/draw';
import { SoundBanner } from './sound_banner';

const voice = { decibels: -20, peak: 0.3 };
const nothing = { decibels: -Infinity, peak: 0 };
const siti = { number: '1002', name: 'Siti' };

beforeEach(() => {
  localStorage.setItem('dering.language', 'en');
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] });
});
afterEach(() => {
  cleanup();
  callMicrophone.news.set(null);
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** A conversation in which the microphone hears this. */
async function talk(level: typeof voice | null) {
  vi.spyOn(ear, 'read').mockReturnValue(level);
  const fake = fakeTelephone();
  await fake.telephone.call(siti);
  fake.emit({ type: 'confirmed', id: 'call', stage: 'connected' });
  await draw(<SoundBanner />, fake.telephone);
  return fake;
}
const pass = (milliseconds: number) => act(() => void vi.advanceTimersByTime(milliseconds));
const words = () => screen.getByTestId('sound-words').textContent;
const click = (name: string) =>
  userEvent.setup({ delay: null }).click(screen.getByRole('button', { name }));

test('who speaks while muted is told so, here and to the other tabs, and can be heard again', async () => {
  const { telephone } = await talk(voice);
  pass(5_000);
  expect([words(), toldOfSound.current()]).toEqual(['', 'well']);
  act(() => telephone.toggleMute());
  pass(2_000);
  expect(words()).toContain('You speak while muted. Nobody hears you.');
  expect(toldOfSound.current()).toBe('speaks-muted');
  await click('Unmute');
  pass(2_000);
  expect([words(), toldOfSound.current()]).toEqual(['', 'well']);
});

test('who is quiet while muted reads nothing', async () => {
  const { telephone } = await talk({ decibels: -70, peak: 0.001 });
  act(() => telephone.toggleMute());
  pass(30_000);
  expect(words()).toBe('');
});

test('a microphone that gives nothing is told once, and put away for the call', async () => {
  await talk(nothing);
  pass(4_000);
  expect(words()).toBe('');
  pass(2_000);
  expect(words()).toContain('No sound comes from your microphone.');
  expect(toldOfSound.current()).toBe('no-sound');
  await click('Hide this note');
  pass(10_000);
  expect([words(), toldOfSound.current()]).toEqual(['', 'well']);
});

test('one that was unplugged is named with the one in its place, until the call ends', async () => {
  const { emit } = await talk(voice);
  act(() => callMicrophone.news.set({ kind: 'gone', label: 'Headset' }));
  expect(words()).toContain('Your microphone was unplugged. You speak with “Headset” now.');
  expect(toldOfSound.current()).toBe('gone');
  act(() => emit({ type: 'ended', id: 'call', outcome: 'answered' }));
  expect([words(), toldOfSound.current()]).toEqual(['', 'well']);
});

test('where no level can be measured nothing is claimed', async () => {
  await talk(null);
  pass(60_000);
  expect(words()).toBe('');
});
