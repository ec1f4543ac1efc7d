// SPDX-License-Identifier: Apache-2.0
import type { SyncState } from '@dering/api/types';
import { cleanup, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { admin, FakeServer, open } from './testing';

const idle: SyncState = {
  url: 'https://sso.example/realms/dering',
  state: 'idle',
  started_at: 1_800_000_000,
  finished_at: 1_800_000_010,
  added: 4_812,
  changed: 3,
  enabled: 0,
  disabled: 2,
  unchanged: 183,
  refused: 0,
  error: '',
};
let network: FakeServer;
const user = userEvent.setup();

beforeEach(() => {
  localStorage.setItem('dering.language', 'en');
  network = new FakeServer();
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('the directory sync', () => {
  const states =
    (...issuers: SyncState[]) =>
    () =>
      Response.json({ issuers });

  test('tells how the last one went', async () => {
    network.answers['GET /api/v1/sync'] = states(idle);
    await open('sync', admin);
    const card = await screen.findByTestId('sync-card');
    expect(card.textContent).toContain('In step since');
    expect(screen.getByTestId('sync-added').textContent).toBe('4,812');
    expect(screen.getByTestId('sync-disabled').textContent).toBe('2');
  });

  test('says where to set one up', async () => {
    network.answers['GET /api/v1/sync'] = states();
    await open('sync', admin);
    expect((await screen.findByTestId('sync-empty')).textContent).toContain('[issuer.sync]');
    expect(screen.queryByTestId('sync-now')).toBeNull();
  });

  test('is looked at while it runs, and not before or after', async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    const clicker = userEvent.setup({ advanceTimers: vi.advanceTimersByTime });
    network.answers['GET /api/v1/sync'] = states(idle);
    network.answers['POST /api/v1/sync'] = states({
      ...idle,
      state: 'running',
      started_at: 1_800_000_900,
    });
    await open('sync', admin);
    const button = await screen.findByTestId('sync-now');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(network.asked).toHaveLength(1);

    network.answers['GET /api/v1/sync'] = states({
      ...idle,
      state: 'running',
      started_at: 1_800_000_900,
    });
    await clicker.click(button);
    expect(network.first('POST')?.body).toEqual({ force: false });
    await vi.advanceTimersByTimeAsync(4_000);
    expect(network.asked.length).toBeGreaterThan(3);
    expect(screen.getByTestId('sync-card').textContent).toContain('Reading the people since');

    network.answers['GET /api/v1/sync'] = states({ ...idle, started_at: 1_800_000_900, added: 1 });
    await vi.advanceTimersByTimeAsync(2_000);
    const done = network.asked.length;
    expect(screen.getByTestId('sync-added').textContent).toBe('1');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(network.asked).toHaveLength(done);
  });

  test('that only begins a moment later is waited for', async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    const clicker = userEvent.setup({ advanceTimers: vi.advanceTimersByTime });
    network.answers['GET /api/v1/sync'] = states(idle);
    network.answers['POST /api/v1/sync'] = states(idle);
    await open('sync', admin);
    await clicker.click(await screen.findByTestId('sync-now'));
    network.answers['GET /api/v1/sync'] = states({ ...idle, started_at: 1_800_000_900, added: 2 });
    await vi.advanceTimersByTimeAsync(2_000);
    expect(screen.getByTestId('sync-added').textContent).toBe('2');
    const done = network.asked.length;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(network.asked).toHaveLength(done);
  });

  test('that failed says why, and is forced only after a warning', async () => {
    const error = 'The list lacks 3,000 of 4,997 people; nothing was changed.';
    network.answers['GET /api/v1/sync'] = states({ ...idle, state: 'failed', error });
    network.answers['POST /api/v1/sync'] = states(idle);
    await open('sync', admin);
    expect((await screen.findByTestId('sync-error')).textContent).toBe(error);
    await user.click(screen.getByTestId('sync-force'));
    const dialog = await screen.findByRole('dialog', { name: 'Disable everybody who is missing?' });
    expect(dialog.textContent).toContain('Nobody is deleted');
    await user.click(screen.getByTestId('confirm-force'));
    await vi.waitFor(() => expect(network.first('POST')?.body).toEqual({ force: true }));
  });
});
