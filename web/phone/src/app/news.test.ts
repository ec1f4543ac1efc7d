// SPDX-License-Identifier: Apache-2.0
// What one tab hears of the server and the others of that tab, by real channels.
import { Api } from '@dering/api/client';
import type { EventListener } from '@dering/api/event_stream';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { followLeader, followServer } from './news';
import { tabChannel } from './tab_channel';

let streams: ReadableStreamDefaultController<Uint8Array>[];
let stop: AbortController;
let name: string;

beforeEach(() => {
  streams = [];
  stop = new AbortController();
  name = crypto.randomUUID();
  vi.stubGlobal('fetch', () => {
    const body = new ReadableStream<Uint8Array>({ start: (stream) => void streams.push(stream) });
    return Promise.resolve(new Response(body));
  });
});
afterEach(() => {
  stop.abort();
  vi.unstubAllGlobals();
});

function say(event: string, data: object): void {
  const text = `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
  streams.at(-1)?.enqueue(new TextEncoder().encode(text));
}

function ear() {
  const heard: string[] = [];
  const write = (event: string) => (data?: unknown) => {
    heard.push(data === undefined ? event : `${event} ${JSON.stringify(data)}`);
  };
  const listener: EventListener = {
    onReady: write('ready'),
    onPresence: write('presence'),
    onLine: write('line'),
    onAway: write('away'),
    onPickup: write('pickup'),
    onForwarding: write('forwarding'),
    onParking: write('parking'),
    onHistory: write('history'),
    onPerson: write('person'),
    onPersonGone: write('person-gone'),
    onSession: write('session'),
  };
  return { heard, listener };
}

const channel = () => tabChannel(name);
function lead() {
  const { heard, listener } = ear();
  const api = new Api({ current: () => 't', renew: () => Promise.resolve('t') });
  void followServer(api, channel())(listener, stop.signal);
  return heard;
}
function follow(who: string) {
  const { heard, listener } = ear();
  const remote = channel();
  if (remote === null) throw new Error('there are no channels');
  void followLeader(remote, who)(listener, stop.signal);
  return { heard, remote };
}
const pickup = { extension: '1003', rings: true, caller: null };
const parked = { calls: [{ place: '701', extension: '1004', name: 'Dewi' }] };

test('what the server tells one tab all of them know, but for what concerns that one', async () => {
  const heard = lead();
  const other = follow('other');
  await vi.waitUntil(() => streams.length === 1);
  say('ready', {});
  say('presence', { extension: '1002', presence: 'in_call' });
  say('session', { state: 'refresh' });
  say('line', { whose: 'ours', weak: true });
  say('history', { newest: '2', seen_until: '1', unseen: 1 });
  await vi.waitFor(() => expect(heard.at(-1)).toContain('history'));
  await vi.waitFor(() => expect(other.heard).toContain(heard.at(-1)));
  const told = (each: string) => heard.filter((one) => one.startsWith(each));
  expect(other.heard).toEqual(expect.arrayContaining([...told('ready'), ...told('presence')]));
  for (const own of ['session', 'line']) {
    expect(told(own)).toHaveLength(1);
    expect(other.heard).not.toContain(told(own)[0]);
  }
});

test('a tab that comes later is told what is parked and what rings, and the others not again', async () => {
  const heard = lead();
  const early = follow('early');
  await vi.waitUntil(() => streams.length === 1);
  say('ready', {});
  say('parking', parked);
  say('pickup', pickup);
  await vi.waitFor(() => expect(early.heard.at(-1)).toContain('pickup'));
  await vi.waitFor(() => expect(heard.at(-1)).toContain('pickup'));
  const before = early.heard.length;
  const late = follow('late');
  const all = ['ready', `parking ${JSON.stringify(parked)}`, `pickup ${JSON.stringify(pickup)}`];
  await vi.waitFor(() => expect(late.heard).toEqual(all));
  expect(early.heard).toHaveLength(before);
});

test('where nobody tells it a tab asks the server by itself', async () => {
  const { heard } = follow('alone');
  await vi.waitFor(() => expect(heard).toEqual(['ready']), { timeout: 10_000 });
});

test.each<[string, { version?: number; event?: object; to?: string }]>([
  ['of another version', { version: 2 }],
  ['without a number', { event: { name: 'presence', data: { presence: 'available' } } }],
  ['that nobody knows', { event: { name: 'fire', data: {} } }],
  ['for somebody else', { to: 'another' }],
])('news %s change nothing', async (_, { version = 1, ...wrong }) => {
  const { heard } = follow('me');
  const sender = channel();
  sender?.listen(() => {});
  const event = { name: 'presence', data: { extension: '1002', presence: 'available' } };
  const told = { kind: 'told', to: null, event };
  sender?.post({ dering: 'news', version, news: { ...told, ...wrong } });
  sender?.post({ dering: 'news', version: 1, news: told });
  await vi.waitFor(() => expect(heard).toHaveLength(1));
});
