// SPDX-License-Identifier: Apache-2.0
import type { Refusal } from '@dering/api/types';
import { cleanup, screen, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import en from '../i18n/en.json';
import id from '../i18n/id.json';
import { FakeServer, open } from './testing';

const seconds = () => Math.floor(Date.now() / 1000);
const wrongPassword = (changes: Partial<Refusal> = {}): Refusal => ({
  id: '12',
  first_at: seconds() - 400,
  at: seconds() - 185,
  count: 4,
  transport: 'udp',
  source: '192.0.2.7',
  what: 'register',
  reason: 'wrong_password',
  name: '1001-abcde',
  device: 'Desk',
  extension: '1001',
  ...changes,
});

let network: FakeServer;

beforeEach(() => {
  localStorage.setItem('dering.language', 'en');
  network = new FakeServer();
  network.answers['GET /api/v1/devices'] = () =>
    Response.json({
      devices: [],
      server: {
        host: 'phone.example',
        port: 5060,
        tls_port: 5061,
        transports: ['udp'],
        domain: 'dering',
      },
    });
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

async function told(...refusals: readonly Refusal[]): Promise<string> {
  network.answers['GET /api/v1/refusals'] = () => Response.json({ refusals });
  await open('devices');
  return (await screen.findByTestId('refusals')).textContent ?? '';
}

describe('what was refused lately', () => {
  test('is told of a desk phone by the name its owner gave it, with when, why and what helps', async () => {
    const text = await told(wrongPassword());
    expect(text).toContain('“Desk” was refused 3 minutes ago: wrong password');
    expect(text).toContain('Type the password into the phone again.');
    expect(text).toContain('4 times, last from 192.0.2.7 by UDP');
  });

  test('is told in Indonesian', async () => {
    localStorage.setItem('dering.language', 'id');
    const text = await told(wrongPassword());
    expect(text).toContain('“Desk” ditolak 3 menit yang lalu: kata sandi salah');
    expect(text).toContain('Isikan lagi kata sandi di telepon.');
  });

  test.each([
    [{ device: '', name: '1001' }, 'A phone that signs in as 1001 was refused'],
    [{ device: '', name: 'desk-9' }, 'A phone that signs in as “desk-9” was refused'],
    [{ device: '', name: 'budi', what: 'sign_in' }, 'A sign-in as “budi” was refused'],
    [
      { device: '', name: 'budi', what: 'sign_in' },
      'If you forgot the password, an administrator gives you another one.',
    ],
    [{ reason: 'word_of_tomorrow' }, 'something is not right'],
    [{ count: 1 }, 'Once, from 192.0.2.7 by UDP'],
    [{ at: seconds() - 7300 }, '2 hours ago'],
  ])('says %j in words of its own', async (changes, words) => {
    expect(await told(wrongPassword(changes))).toContain(words);
  });

  test('shows a name that looks like a page as the text that it is', async () => {
    const name = '<img src=x onerror=alert(1)>"\'&{{ago}}$t(app.retry)';
    const text = await told(wrongPassword({ device: '', name }));
    expect(text).toContain('<img src=x onerror=alert(1)>');
    expect(within(screen.getByTestId('refusals')).queryByRole('img')).toBeNull();
    expect(text).not.toContain('Try again');
  });

  test('shows five at most, the newest first', async () => {
    await told(...Array.from({ length: 16 }, (_, i) => wrongPassword({ id: String(20 - i) })));
    expect(screen.getAllByTestId('refusal-wrong_password')).toHaveLength(5);
  });

  test('takes no room when nothing was', async () => {
    network.answers['GET /api/v1/refusals'] = () => Response.json({ refusals: [] });
    await open('devices');
    await screen.findByTestId('devices-empty');
    await vi.waitFor(() =>
      expect(network.asked.some(({ path }) => path === '/api/v1/refusals')).toBe(true),
    );
    expect(screen.queryByTestId('refusals')).toBeNull();
  });

  test('has a word and an advice for each reason, in both languages', () => {
    for (const language of [en, id]) {
      const { reason, advice } = language.refusals;
      expect(Object.keys(advice).toSorted()).toEqual(Object.keys(reason).toSorted());
    }
  });
});
