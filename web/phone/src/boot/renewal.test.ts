// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { leadOf, Renewal, SignInEnded, type Token } from './renewal';

const life = 300_000;
let next: () => Promise<Token>;
let refresh: ReturnType<typeof vi.fn<() => Promise<Token>>>;
let told: ReturnType<typeof vi.fn<(token: string) => void>>;
let renewal: Renewal;
let count: number;

const token = (value: string): Token => ({
  value,
  expiresAt: Date.now() + life,
  isRenewable: true,
});
const fail = () => Promise.reject(new TypeError('Failed to fetch'));
const quiet = (promise: Promise<unknown>) => promise.catch((error: unknown) => error);

beforeEach(() => {
  vi.useFakeTimers();
  count = 0;
  next = () => Promise.resolve(token(`token-${++count}`));
  refresh = vi.fn(() => next());
  told = vi.fn<(token: string) => void>();
  renewal = new Renewal(refresh, { now: Date.now, chance: () => 1 });
  renewal.set(token('first'));
});
afterEach(() => vi.useRealTimers());

test('a token is renewed when a third of its life is left, and the next one too', async () => {
  renewal.keep(told);
  await vi.advanceTimersByTimeAsync(life - leadOf(life) - 1);
  expect(told).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  expect(told).toHaveBeenLastCalledWith('token-1');
  await vi.advanceTimersByTimeAsync(life - leadOf(life));
  expect(told).toHaveBeenLastCalledWith('token-2');
  expect(renewal.current()).toBe('token-2');
});

test('a token of an hour is not renewed twenty minutes early', () => {
  expect(leadOf(3_600_000)).toBe(100_000);
  expect(leadOf(30_000)).toBe(10_000);
});

test('two who ask at once get the same renewal', async () => {
  const both = await Promise.all([renewal.renew(), renewal.renew()]);
  expect(both).toEqual(['token-1', 'token-1']);
  expect(refresh).toHaveBeenCalledTimes(1);
});

test('an issuer that is down is asked again, ever more seldom, and nobody is signed out', async () => {
  renewal.keep(told);
  next = fail;
  await vi.advanceTimersByTimeAsync(life - leadOf(life));
  expect(renewal.standing()).toBe('good');
  await vi.advanceTimersByTimeAsync(1_000);
  expect(renewal.standing()).toBe('unreachable');
  await vi.advanceTimersByTimeAsync(leadOf(life));
  expect(renewal.standing()).toBe('expired');
  // 1 + 2 + 4 + 8 + 16 s, then every 30 s.
  expect(refresh.mock.calls.length).toBeGreaterThan(6);
  expect(refresh.mock.calls.length).toBeLessThan(10);
  await vi.advanceTimersByTimeAsync(3_600_000);
  expect(renewal.standing()).toBe('expired');
  expect(renewal.current()).toBe('first');

  next = () => Promise.resolve(token('back'));
  await vi.advanceTimersByTimeAsync(30_000);
  expect(renewal.standing()).toBe('good');
  expect(told).toHaveBeenCalledWith('back');
});

test('when the network comes back the issuer is asked at once', async () => {
  renewal.keep(told);
  next = fail;
  await vi.advanceTimersByTimeAsync(life);
  const before = refresh.mock.calls.length;
  globalThis.dispatchEvent(new Event('online'));
  await vi.advanceTimersByTimeAsync(0);
  expect(refresh.mock.calls.length).toBe(before + 1);
});

test('the word of the issuer that the sign-in is over ends it, once and for good', async () => {
  const watcher = vi.fn();
  renewal.watch(watcher);
  renewal.keep(told);
  next = () => Promise.reject(new SignInEnded());
  await vi.advanceTimersByTimeAsync(life);
  expect(renewal.standing()).toBe('ended');
  expect(renewal.current()).toBe('');
  expect(await quiet(renewal.renew())).toBeInstanceOf(SignInEnded);
  await vi.advanceTimersByTimeAsync(life);
  expect(refresh).toHaveBeenCalledTimes(1);
  expect(watcher).toHaveBeenCalledTimes(1);
});

test('a sign-in that ends while a renewal is under way stays ended', async () => {
  let answer: (token: Token) => void = () => {};
  next = () => new Promise((resolve) => (answer = resolve));
  renewal.keep(told);
  const renewed = quiet(renewal.renew());
  renewal.end('noAccess');
  answer(token('too late'));
  expect(await renewed).toBeInstanceOf(SignInEnded);
  expect(renewal.standing()).toBe('noAccess');
  expect(renewal.current()).toBe('');
  expect(told).not.toHaveBeenCalled();
});

test('a token without a refresh token is used to its end, and then the sign-in is over', async () => {
  renewal.set({ ...token('short'), isRenewable: false });
  next = () => Promise.reject(new SignInEnded());
  renewal.keep(told);
  await vi.advanceTimersByTimeAsync(life - 1);
  expect(renewal.standing()).toBe('good');
  await vi.advanceTimersByTimeAsync(1);
  expect(renewal.standing()).toBe('ended');
});

test('nobody renews for a tab that gave the telephone away', async () => {
  renewal.keep(told)();
  await vi.advanceTimersByTimeAsync(10 * life);
  expect(refresh).not.toHaveBeenCalled();
});

test('an unforeseen renewal moves the planned one', async () => {
  renewal.keep(told);
  await vi.advanceTimersByTimeAsync(100_000);
  await renewal.renew();
  await vi.advanceTimersByTimeAsync(150_000);
  expect(refresh).toHaveBeenCalledTimes(1);
});
