// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { JssipLine } from './jssip_line';
import type { LineEvent } from './line';
import { account, FakeSocket } from './testing/fake_socket';

let told: LineEvent[];
let line: JssipLine;

const server = () => {
  const socket = FakeSocket.open.at(-1);
  if (socket === undefined) throw new Error('nobody connected');
  return socket;
};
const tokens = () =>
  server()
    .registers()
    .map((message) => /^Authorization: Bearer (.*)$/m.exec(message)?.[1]?.trim());

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('WebSocket', FakeSocket);
  FakeSocket.open = [];
  told = [];
  line = new JssipLine((event) => told.push(event));
  line.start(account);
  server().accept();
});
afterEach(() => {
  line.stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test('a new token is shown to the server at once, on the same connection', () => {
  server().answerLast('200 OK');
  expect(told.at(-1)).toEqual({ type: 'registered' });
  line.renew('second');
  expect(tokens()).toEqual(['first', 'second']);
  expect(FakeSocket.open).toHaveLength(1);
});

test('a new token that comes while the old one is being registered is shown after it', () => {
  line.renew('second');
  expect(tokens()).toEqual(['first']);
  server().answerLast('200 OK');
  vi.advanceTimersByTime(200);
  expect(tokens()).toEqual(['first', 'second']);
});

test('a token that is refused says whether another one would do', () => {
  server().answerLast('401 Unauthorized');
  expect(told.at(-1)).toEqual({ type: 'refused', forbidden: false });
  line.renew('second');
  server().answerLast('403 Forbidden');
  expect(told.at(-1)).toEqual({ type: 'refused', forbidden: true });
});

test('the close code tells a sign-in that is over from a connection that was lost', () => {
  server().closeWith(4401);
  expect(told.at(-1)).toEqual({ type: 'disconnected', signedOut: true });
  vi.advanceTimersByTime(20_000);
  server().accept();
  server().closeWith(1006);
  expect(told.at(-1)).toEqual({ type: 'disconnected', signedOut: false });
});

test('a retired line registers no more, neither by itself nor when asked', () => {
  server().answerLast('200 OK');
  line.retire();
  line.renew('second');
  vi.advanceTimersByTime(600_000);
  expect(tokens()).toEqual(['first']);
});

test('a text is refused, since nobody would read it here, so that it waits for another phone', () => {
  server().answerLast('200 OK');
  const [, user] = /^Contact: <sip:([^@]+)@/m.exec(server().registers()[0] ?? '') ?? [];
  const text = [
    `MESSAGE sip:${user}@x.invalid;transport=ws SIP/2.0`,
    'Via: SIP/2.0/WSS pbx.test;branch=z9hG4bK1',
    'From: <sip:1002@dering>;tag=a',
    'To: <sip:1001@dering>',
    'Call-ID: text-1',
    'CSeq: 1 MESSAGE',
    'Content-Type: text/plain;charset=UTF-8',
    'Content-Length: 5',
    '',
    'hello',
  ].join('\r\n');
  server().onmessage({ data: text });
  expect(server().sent.at(-1)).toMatch(/^SIP\/2\.0 405 /);
});

test('an INVITE that would replace a call of somebody else is answered 481, and nobody is rung', () => {
  vi.stubGlobal('window', { RTCPeerConnection: () => {} });
  server().answerLast('200 OK');
  const [, user] = /^Contact: <sip:([^@]+)@/m.exec(server().registers()[0] ?? '') ?? [];
  const invite = [
    `INVITE sip:${user}@x.invalid;transport=ws SIP/2.0`,
    'Via: SIP/2.0/WSS pbx.test;branch=z9hG4bK1',
    'From: <sip:1002@dering>;tag=a',
    'To: <sip:1001@dering>',
    'Contact: <sip:1002@pbx.test>',
    'Call-ID: stranger-1',
    'CSeq: 1 INVITE',
    'Replaces: another@pbx.test;to-tag=b;from-tag=c',
    'Content-Length: 0',
    '',
    '',
  ].join('\r\n');
  server().onmessage({ data: invite });
  expect(server().sent.at(-1)).toMatch(/^SIP\/2\.0 481 /);
  expect(told.map(({ type }) => type)).not.toContain('incoming');
});

test('whoever is not back in a call ends it in the dialog of the page that was', () => {
  server().answerLast('200 OK');
  const dialog = { callId: 'kept@page', ownTag: 'own', theirTag: 'their' };
  line.leave(dialog, { status: 408, word: 'lost' });
  const bye = server().sent.at(-1) ?? '';
  expect(bye.split('\r\n')).toEqual(
    expect.arrayContaining([
      'BYE sip:1001@dering SIP/2.0',
      'From: <sip:1001@dering>;tag=own',
      'To: <sip:1001@dering>;tag=their',
      'Call-ID: kept@page',
      'CSeq: 2147483647 BYE',
      'Reason: SIP;cause=408;text="lost"',
    ]),
  );
  const via = bye.split('\r\n').find((field) => field.startsWith('Via: '));
  // Its answer is nothing to anybody.
  server().onmessage({
    data: `SIP/2.0 481 Gone\r\n${via}\r\nFrom: <sip:1001@dering>;tag=own\r\nTo: <sip:1001@dering>;tag=their\r\nCall-ID: kept@page\r\nCSeq: 2147483647 BYE\r\nContent-Length: 0\r\n\r\n`,
  });
  expect(told.map(({ type }) => type)).toEqual(['connecting', 'registered']);
});
