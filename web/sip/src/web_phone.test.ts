// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { version as packaged } from '../package.json';
import { FakeSocket } from './testing/fake_socket';
import { version, WebPhone, type PhoneOptions } from './web_phone';

const password: PhoneOptions['credentials'] = { kind: 'password', user: '1001', password: 'x' };
let phone: WebPhone;

const server = () => FakeSocket.open.at(-1) as FakeSocket;
const open = (more: Partial<PhoneOptions> = {}) => {
  phone = new WebPhone({
    server: 'wss://pbx.example:8089/ws',
    address: 'sip:1001@pbx.example',
    credentials: password,
    sounds: { partner: document.createElement('audio') },
    ...more,
  });
  phone.connect();
  server().accept();
};

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('WebSocket', FakeSocket);
  FakeSocket.open = [];
});
afterEach(() => {
  phone.disconnect();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test('it is called what its package is', () => {
  open();
  expect(version).toBe(packaged);
  expect(server().registers()[0]).toContain(`User-Agent: Dering/${version} `);
});

test('sound that comes late is heard: Firefox pauses what play() began when nothing comes', () => {
  const partner = document.createElement('audio');
  open({ sounds: { partner } });
  expect(partner.autoplay).toBe(true);
});

test('the state is the same value until something changes, and is told then', () => {
  open();
  const before = phone.getState();
  expect(phone.getState()).toBe(before);
  const told: string[] = [];
  const stop = phone.subscribe(({ connection }) => told.push(connection));
  server().answerLast('200 OK');
  expect(phone.getState().connection).toBe('ready');
  stop();
  phone.disconnect();
  expect(told).toEqual(['ready']);
  expect(phone.getState()).toMatchObject({ connection: 'closed', call: { kind: 'idle' } });
});

test('it connects again after it was closed, on a connection of its own', () => {
  open();
  server().answerLast('200 OK');
  phone.disconnect();
  phone.connect();
  server().accept();
  server().answerLast('200 OK');
  expect([phone.getState().connection, FakeSocket.open.length]).toEqual(['ready', 2]);
});

test('what is refused says so; a password is not tried again, a token is renewed', async () => {
  open({ renewToken: () => Promise.reject(new Error('nobody asks')) });
  server().answerLast('403 Forbidden');
  await vi.advanceTimersByTimeAsync(60_000);
  expect(phone.getState().connection).toBe('refused');
  expect(server().registers()).toHaveLength(1);
  phone.disconnect();
  open({
    credentials: { kind: 'token', token: 'old' },
    renewToken: () => Promise.resolve('fresh'),
  });
  server().answerLast('401 Unauthorized');
  await vi.advanceTimersByTimeAsync(1_000);
  expect(server().registers().at(-1)).toContain('Authorization: Bearer fresh');
});

test('what cannot be done now does nothing', async () => {
  open();
  await phone.answer();
  for (const act of ['hangUp', 'hold', 'resume', 'swap', 'mute', 'unmute', 'dismiss'] as const)
    phone[act]();
  phone.decline();
  phone.press('5');
  phone.transfer('1002');
  expect(phone.getState().call.kind).toBe('idle');
  phone.disconnect();
  await phone.call('1002');
  expect(phone.getState().connection).toBe('closed');
});
