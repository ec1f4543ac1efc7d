// SPDX-License-Identifier: Apache-2.0
// UX5: a connection that is gone without a word, as the telephone hears of it.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { JssipLine } from './jssip_line';
import type { LineEvent } from './line';
import { account, FakeSocket } from './testing/fake_socket';

let told: LineEvent[];
let line: JssipLine;

const server = () => FakeSocket.open.at(-1) as FakeSocket;
const pass = (seconds: number) => vi.advanceTimersByTime(seconds * 1000);
const types = () => told.map(({ type }) => type);

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('WebSocket', FakeSocket);
  FakeSocket.open = [];
  told = [];
  line = new JssipLine((event) => told.push(event));
  line.start(account);
});
afterEach(() => {
  line.stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function register() {
  server().accept();
  server().answerLast('200 OK');
  told = [];
}

test('a quiet connection that answers when asked lasts', () => {
  register();
  pass(120);
  expect(types()).not.toContain('disconnected');
  expect(FakeSocket.open).toHaveLength(1);
});

test('a connection that died without a word is lost within ten seconds, and made anew', () => {
  register();
  server().isDead = true;
  pass(9);
  expect(types()).toContain('disconnected');
  pass(20);
  expect(FakeSocket.open.length).toBeGreaterThan(1);
});

test('a connection over which nothing ever came is made anew too', () => {
  server().accept();
  server().isDead = true;
  pass(50);
  expect(FakeSocket.open.length).toBeGreaterThan(1);
});

test('when the network goes away the phone is not ready any more, at once', () => {
  register();
  server().isDead = true;
  globalThis.dispatchEvent(new Event('offline'));
  expect(types()).toEqual(['doubted']);
  pass(3);
  expect(types()).toEqual(['doubted', 'disconnected']);
});

test('a connection that survives the loss of another network is ready again', () => {
  register();
  globalThis.dispatchEvent(new Event('offline'));
  expect(types()).toEqual(['doubted', 'registered']);
  pass(10);
  expect(types()).not.toContain('disconnected');
});

test('a connection of which nothing came back after sleep is found out when the network returns', () => {
  register();
  server().isDead = true;
  globalThis.dispatchEvent(new Event('online'));
  pass(3);
  expect(types()).toContain('disconnected');
});

test('a page that is looked at again asks at once', () => {
  register();
  server().isDead = true;
  document.dispatchEvent(new Event('visibilitychange'));
  pass(3);
  expect(types()).toContain('disconnected');
});

test('a page or a machine that slept asks before it believes its clock', () => {
  register();
  const late = Date.now() + 3_600_000;
  pass(3.9);
  vi.setSystemTime(late);
  pass(0.2);
  expect(types()).toEqual([]);
  pass(20);
  expect(types()).not.toContain('disconnected');
  server().isDead = true;
  pass(3);
  vi.setSystemTime(late + 3_600_000);
  // Told by the clock that goes off late, and by the answer that does not come.
  pass(2 + 3);
  expect(types()).toContain('disconnected');
});

test('an address from which nothing comes back is tried again after ten seconds', () => {
  pass(11);
  expect(types()).toContain('disconnected');
  pass(20);
  expect(FakeSocket.open.length).toBeGreaterThan(1);
});

test('a line that was stopped asks nobody', () => {
  register();
  line.stop();
  const before = server().sent.length;
  pass(600);
  globalThis.dispatchEvent(new Event('online'));
  expect(server().sent.length).toBe(before);
});

test('a server that is not ours is asked by OPTIONS, seldom; any answer will do', () => {
  line.stop();
  const credentials = { kind: 'password', user: '1001', password: 'x' } as const;
  line.start({ ...account, credentials });
  register();
  pass(120);
  expect(types()).not.toContain('disconnected');
  const asked = server().sent.filter((message) => message.startsWith('OPTIONS sip:dering SIP/2.0'));
  expect(asked).toHaveLength(6);
  expect(server().sent).not.toContain('\r\n\r\n');
  server().isDead = true;
  pass(26);
  expect(types()).toContain('disconnected');
});
