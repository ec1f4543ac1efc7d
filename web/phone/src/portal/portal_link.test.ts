// SPDX-License-Identifier: Apache-2.0
import { idlePhone, type Phone } from '@dering/sip/state';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { PortalLink } from './portal_link';

const portal = 'https://portal.example';
const talking = {
  kind: 'ringing-out',
  id: 'a',
  party: { number: '1002', name: 'Budi' },
  direction: 'out',
  reach: { kind: 'unknown' },
  stage: 'sent',
  consults: null,
} as unknown as NonNullable<Phone['call']>;

let posted: { message: Record<string, unknown>; to: string }[];
let other: Window;
let here: EventTarget;
let link: PortalLink;
let phone: Phone;
let watcher: () => void;
let dialled: string[];
let now: number;

beforeEach(() => {
  vi.useFakeTimers();
  posted = [];
  dialled = [];
  now = 0;
  other = {
    postMessage: (message: Record<string, unknown>, to: string) => posted.push({ message, to }),
  } as unknown as Window;
  here = new EventTarget();
  link = new PortalLink({ other, here: here as Window, now: () => now, wordsFor: (why) => why });
  phone = { ...idlePhone, link: 'ready' };
  const watch = (told: () => void) => {
    watcher = told;
    return () => {};
  };
  link.attach({ handset: { current: () => phone, watch }, dial: (it) => dialled.push(it) });
  link.allow([portal]);
  posted = [];
});
afterEach(() => {
  vi.useRealTimers();
});

function says(data: unknown, origin = portal, source: unknown = other): void {
  here.dispatchEvent(Object.assign(new Event('message'), { data, origin, source }));
}
const call = (number: unknown) => ({ dering: 1, type: 'call', number });
const refusals = () =>
  posted.filter(({ message }) => message.type === 'refused').map(({ message }) => message.reason);

test('a page that is listed is told how the telephone is, and calls with it', () => {
  says({ dering: 1, type: 'hello' });
  expect(posted.at(-1)).toMatchObject({
    to: portal,
    message: { dering: 1, type: 'status', status: { link: 'ready', call: null, missed: 0 } },
  });
  link.tellMissed(2);
  expect(posted.at(-1)?.message).toMatchObject({ status: { missed: 2 } });
  says(call('+62215'));
  expect(dialled).toEqual(['+62215']);
  expect(refusals()).toEqual([]);
});

test('nobody is told anything but that there is a phone before a listed page has answered', () => {
  link.tellMissed(3);
  phone = { ...phone, call: talking };
  watcher();
  vi.advanceTimersByTime(10_000);
  expect(new Set(posted.map(({ message }) => message.type))).toEqual(new Set(['hello']));
});

test('a page that is not listed can do nothing and is told so once', () => {
  for (let i = 0; i < 10; i++) says(call('1002'), 'https://evil.example');
  expect(dialled).toEqual([]);
  expect(posted).toMatchObject([{ to: 'https://evil.example', message: { reason: 'origin' } }]);
  says(call('1002'), 'null');
  says(call('1002'), portal, {});
  expect(dialled).toEqual([]);
});

test.each([
  ['number', call('10a2')],
  ['number', call('*721003')],
  ['number', call('<img src=x onerror=alert(1)>')],
  ['message', call('1'.repeat(65))],
  ['message', call({ toString: () => '1002' })],
  ['message', call(1002)],
  ['message', { dering: 1, type: 'answer' }],
  ['message', { dering: 1, type: 'constructor' }],
  ['message', { dering: 2, type: 'call', number: '1002' }],
  ['message', { dering: 1 }],
])('refused as %s: %o', (reason, message) => {
  says({ dering: 1, type: 'hello' });
  says(message);
  expect(dialled).toEqual([]);
  expect(refusals()).toEqual([reason]);
});

test('what is no word to a phone is passed over', () => {
  for (const each of [null, undefined, 'call', 7, [], {}, { type: 'call', number: '1002' }]) {
    says(each);
  }
  expect(posted).toEqual([]);
});

test('no second call while there is one, and none where nobody is signed in', () => {
  says({ dering: 1, type: 'hello' });
  phone = { ...phone, call: talking };
  says(call('1003'));
  phone = { ...idlePhone, link: 'signedOut' };
  says(call('1003'));
  expect(refusals()).toEqual(['busy', 'notReady']);
  expect(dialled).toEqual([]);
});

test('a flood is refused once, and over when it is over', () => {
  for (let i = 0; i < 1_000; i++) says({ dering: 1, type: 'hello' });
  expect(refusals()).toEqual(['flood']);
  now += 60_000;
  posted = [];
  for (let i = 0; i < 10; i++) says(call('1002'));
  expect(dialled).toHaveLength(3);
  expect(refusals()).toHaveLength(7);
});

test('the end of a call is told once, with what became of it', () => {
  says({ dering: 1, type: 'hello' });
  phone = { ...phone, call: talking };
  watcher();
  expect(posted.at(-1)?.message).toMatchObject({
    status: { call: { state: 'calling', direction: 'out', number: '1002', name: 'Budi' } },
  });
  phone = {
    ...idlePhone,
    link: 'ready',
    over: { ...talking, kind: 'ended', outcome: 'busy', duration: 0, transfer: null } as never,
  };
  watcher();
  watcher();
  const ends = posted.filter(({ message }) => message.type === 'ended');
  expect(ends).toHaveLength(1);
  expect(ends[0]?.message).toMatchObject({ outcome: 'busy', call: { number: '1002' } });
});

describe('asked for a token', () => {
  const asks = () => posted.filter(({ message }) => message.type === 'askToken');
  const token = (value: unknown) => ({ dering: 1, type: 'token', token: value });

  test('a page that is listed gives one as soon as it is heard', async () => {
    const asked = link.askToken();
    expect(asks()).toEqual([]);
    says({ dering: 1, type: 'hello' });
    expect(asks()).toMatchObject([{ to: portal }]);
    says(token('a.b.c'));
    expect(await asked).toBe('a.b.c');
  });

  test('a page that is not heard of is not waited for', async () => {
    const asked = link.askToken();
    says(token('a.b.c'), 'https://evil.example');
    await vi.advanceTimersByTimeAsync(500);
    expect(await asked).toBeNull();
    says(token('a.b.c'));
    expect(asks()).toEqual([]);
  });

  test('a page that gives none, nothing that is one, or none in time has none', async () => {
    says({ dering: 1, type: 'hello' });
    const first = link.askToken();
    says(token(null));
    expect(await first).toBeNull();
    const second = link.askToken();
    says(token('x'.repeat(8_193)));
    expect(refusals()).toEqual(['message']);
    await vi.advanceTimersByTimeAsync(3_000);
    expect(await second).toBeNull();
    const third = link.askToken();
    const fourth = link.askToken();
    expect(await third).toBeNull();
    says(token('a'));
    expect(await fourth).toBe('a');
  });
});
