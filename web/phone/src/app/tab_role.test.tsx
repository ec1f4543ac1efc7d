// SPDX-License-Identifier: Apache-2.0
import { act, cleanup, renderHook, waitFor } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { useTabRole } from './tab_role';

type Hold = (lock: object) => Promise<void>;

/** The locks of a browser, as far as tabs of one name need them. */
class FakeLocks {
  private holder: { readonly lose: (error: Error) => void } | null = null;
  private readonly waiting: (() => void)[] = [];
  readonly query = vi.fn(() =>
    Promise.resolve({ held: this.holder === null ? [] : [{ name: 'phone' }] }),
  );

  readonly request = vi.fn(
    (_: string, { steal = false, signal }: { steal?: boolean; signal?: AbortSignal }, hold: Hold) =>
      new Promise<void>((resolve, reject) => {
        const take = () => {
          const mine = { lose: reject };
          this.holder = mine;
          void hold({}).then(() => {
            if (this.holder === mine) this.release();
            resolve();
          });
        };
        signal?.addEventListener('abort', () => reject(new DOMException('', 'AbortError')));
        if (steal) this.holder?.lose(new DOMException('', 'AbortError'));
        if (steal || this.holder === null) take();
        else this.waiting.push(take);
      }),
  );

  private release(): void {
    this.holder = null;
    this.waiting.shift()?.();
  }
}

let locks: FakeLocks;
const browserHas = (value: unknown) =>
  vi.stubGlobal('navigator', Object.create(navigator, { locks: { value, configurable: true } }));

beforeEach(() => {
  sessionStorage.clear();
  locks = new FakeLocks();
  browserHas(locks);
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

const open = () => renderHook(() => useTabRole('phone'));
const is = (tab: ReturnType<typeof open>, role: string) =>
  waitFor(() => expect(tab.result.current.role).toBe(role));

test('the first tab leads, and the next one when that is closed', async () => {
  const first = open();
  await is(first, 'leader');
  const second = open();
  await is(second, 'follower');
  first.unmount();
  await is(second, 'leader');
});

test('at the wish of the person another tab leads, and this one waits for it', async () => {
  const first = open();
  await is(first, 'leader');
  const second = open();
  await is(second, 'follower');
  act(() => second.result.current.takeOver());
  await is(second, 'leader');
  await is(first, 'follower');
});

const refusal = new DOMException('The operation is insecure.', 'SecurityError');
test.each([
  ['locks that may not be asked', { query: () => Promise.reject(refusal) }],
  [
    'locks that throw at once',
    {
      query: () => {
        throw refusal;
      },
    },
  ],
  [
    'locks that may not be had',
    { query: () => Promise.resolve({ held: [] }), request: () => Promise.reject(refusal) },
  ],
])('%s end in a refusal, not in nothing', async (_, broken) => {
  browserHas(broken);
  await is(open(), 'refused');
});

test('locks that never answer end in a refusal too', async () => {
  vi.useFakeTimers();
  browserHas({ query: () => new Promise(() => {}) });
  const tab = open();
  await act(() => vi.advanceTimersByTimeAsync(5_000));
  expect(tab.result.current.role).toBe('refused');
});
