// SPDX-License-Identifier: Apache-2.0
import type { Issuer } from '@dering/api/types';
import { cleanup, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { SignedOut } from '../boot/boot';
import { tellOrganisation } from '../shared/organisation';
import { draw } from '../testing/draw';
import { configOf, FakeNetwork, local, university } from '../testing/issuer';
import { FramePage } from './frame_page';
import { SignInPage } from './sign_in_page';

const faculty: Issuer = { ...university, authority: 'https://ft.example', label: 'Fakultas' };
const user = userEvent.setup();
let left: string[];

beforeEach(() => {
  localStorage.setItem('dering.language', 'en');
  vi.stubGlobal('isSecureContext', true);
  left = [];
  vi.spyOn(location, 'replace').mockImplementation((address) => void left.push(String(address)));
});
afterEach(() => {
  cleanup();
  tellOrganisation();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const drawn = async (state: Partial<SignedOut>, ...issuers: Issuer[]) => {
  const onRetry = vi.fn<() => void>();
  const whole: SignedOut = { kind: 'signed-out', config: configOf(...issuers), ...state };
  await draw(<SignInPage state={whole} onRetry={onRetry} />);
  return onRetry;
};
const buttons = () =>
  [...document.querySelectorAll('button[data-kind]')].map((each) => each.textContent);

test('it is called after its organisation, whose logo stands above', async () => {
  tellOrganisation({ name: 'Universitas <b>A</b>', logo: 'logo.svg' });
  await drawn({}, local);
  expect(screen.getByRole('heading').textContent).toBe('Universitas <b>A</b>');
  expect(document.querySelector('img')?.getAttribute('src')).toMatch(/\/logo\.svg$/);
  expect(document.querySelector('img')?.alt).toBe('');
});

test('a single way to sign in needs no name', async () => {
  await drawn({}, local);
  expect(buttons()).toEqual(['Sign in']);
});

test('the organisation stands first, by label, and the local accounts last', async () => {
  await drawn({}, local, university, faculty);
  expect(buttons()).toEqual([
    'Sign in with Fakultas',
    'Sign in with Universitas',
    'Use a local account',
  ]);
});

test('an issuer without a label is called by its host', async () => {
  await drawn({}, { ...university, label: '' }, local);
  expect(buttons()[0]).toBe('Sign in with sso.example');
});

describe('who was signed out', () => {
  test('reads so, in plain words, and gets the same way in again', async () => {
    await drawn({ notice: 'ended', issuer: university }, local, faculty, university);
    expect(screen.getByRole('heading').textContent).toBe('You were signed out');
    expect(screen.getByRole('alert').textContent).toContain('no longer rings');
    expect(buttons()[0]).toBe('Sign in again');
    vi.stubGlobal('fetch', new FakeNetwork(university).fetch);
    await user.click(screen.getByTestId('sign-in'));
    await vi.waitUntil(() => left.length > 0, { timeout: 4_000 });
    expect(left[0]).toContain(university.authority);
    expect(left[0]).not.toContain('prompt');
  });

  test('for good reads that too', async () => {
    await drawn({ notice: 'noAccess', issuer: university }, university);
    expect(screen.getByRole('heading').textContent).toBe('You may no longer use the phone');
  });

  test('reads it in Indonesian', async () => {
    localStorage.setItem('dering.language', 'id');
    await drawn({ notice: 'ended' }, university);
    expect(screen.getByRole('heading').textContent).toBe('Sesi Anda sudah berakhir');
  });
});

describe('an issuer that is down', () => {
  test('is told with what can be done, and asked again', async () => {
    const onRetry = await drawn({ notice: 'issuerDown', issuer: university }, university, local);
    const words = screen.getByTestId('sign-in-problem').textContent;
    expect(words).toContain('The sign-in server of Universitas cannot be reached.');
    expect(words).toContain('local account');
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    expect(onRetry).toHaveBeenCalledTimes(1);
  });

  test('found out by a click is asked again by the next one', async () => {
    const network = new FakeNetwork(university);
    network.isDown = true;
    vi.stubGlobal('fetch', network.fetch);
    const onRetry = await drawn({}, university);
    await user.click(screen.getByTestId('sign-in'));
    const words = (await screen.findByTestId('sign-in-problem')).textContent;
    expect(words).not.toContain('local account');
    network.isDown = false;
    await user.click(screen.getByTestId('retry'));
    await vi.waitUntil(() => left.length > 0, { timeout: 4_000 });
    expect(onRetry).not.toHaveBeenCalled();
  });
});

describe('inside another page', () => {
  test('a button opens the phone in a window of its own', async () => {
    const replace = vi.fn<(address: string) => void>();
    const focus = vi.fn<() => void>();
    const made = { location: { href: 'about:blank', replace }, focus } as unknown as Window;
    const open = vi.spyOn(window, 'open').mockReturnValue(made);
    await draw(<FramePage />);
    await user.click(screen.getByTestId('open-window'));
    expect(open).toHaveBeenCalledWith('', 'dering', expect.stringContaining('popup'));
    expect(replace.mock.calls).toEqual([['/']]);
    expect(focus).toHaveBeenCalledTimes(1);
  });

  test('a window that is there comes to the front and is not loaded again', async () => {
    const replace = vi.fn<(address: string) => void>();
    const focus = vi.fn<() => void>();
    const there = { location: { href: 'https://phone.example/', replace }, focus };
    const elsewhere = {
      get location(): Location {
        throw new DOMException('', 'SecurityError');
      },
      focus,
    };
    await draw(<FramePage />);
    for (const each of [there, elsewhere]) {
      vi.spyOn(window, 'open').mockReturnValue(each as unknown as Window);
      await user.click(screen.getByTestId('open-window'));
    }
    expect(replace).not.toHaveBeenCalled();
    expect(focus).toHaveBeenCalledTimes(2);
  });

  test('where scripts may open no window it is a link', async () => {
    const open = vi.spyOn(window, 'open').mockReturnValue(null);
    await draw(<FramePage />);
    let isPrevented: boolean | undefined;
    document.addEventListener(
      'click',
      (event) => {
        isPrevented = event.defaultPrevented;
        event.preventDefault();
      },
      { once: true },
    );
    await user.click(screen.getByRole('link', { name: 'Open the phone' }));
    expect(open).toHaveBeenCalled();
    expect(isPrevented).toBe(false);
    expect(screen.getByRole('link').getAttribute('target')).toBe('dering');
  });

  test('an end is told there too', async () => {
    await draw(<FramePage notice="ended" />);
    expect(screen.getByRole('heading').textContent).toBe('You were signed out');
    expect(document.querySelector('button[data-kind]')).toBeNull();
  });
});
