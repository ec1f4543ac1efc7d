// SPDX-License-Identifier: Apache-2.0
import { afterEach, expect, test, vi } from 'vitest';
import { Api } from './client';
import { followEvents, waitBefore, type EventListener } from './event_stream';

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const api = new Api({ current: () => 'abc', renew: () => Promise.resolve('abc') });

function listener(): { [K in keyof EventListener]: ReturnType<typeof vi.fn<EventListener[K]>> } {
  return {
    onReady: vi.fn<EventListener['onReady']>(),
    onPresence: vi.fn<EventListener['onPresence']>(),
    onAway: vi.fn<EventListener['onAway']>(),
    onLine: vi.fn<EventListener['onLine']>(),
    onPickup: vi.fn<EventListener['onPickup']>(),
    onForwarding: vi.fn<EventListener['onForwarding']>(),
    onParking: vi.fn<EventListener['onParking']>(),
    onHistory: vi.fn<EventListener['onHistory']>(),
    onPerson: vi.fn<EventListener['onPerson']>(),
    onPersonGone: vi.fn<EventListener['onPersonGone']>(),
    onSession: vi.fn<EventListener['onSession']>(),
  };
}

test('waits grow, stay under half a minute and spread by chance', () => {
  expect(waitBefore(0, 0)).toBe(500);
  expect(waitBefore(0, 1)).toBe(1000);
  expect(waitBefore(3, 1)).toBe(8000);
  expect(waitBefore(99, 1)).toBe(30_000);
});

test('the stream is read with the bearer token, and its events are told apart', async () => {
  const siti = { extension: '1002', name: 'Siti', unit: 'Law', presence: 'offline' };
  const body =
    'event: ready\ndata: {}\n\n' +
    `event: person\ndata: ${JSON.stringify(siti)}\n\n` +
    'event: person-gone\ndata: {"extension":"1003"}\n\n' +
    'event: presence\ndata: {"extension":"1002","presence":"in_call"}\n\n' +
    'event: line\ndata: {"whose":"theirs","weak":true}\n\n' +
    'event: pickup\ndata: {"extension":"1002","rings":true,"caller":null}\n\n' +
    'event: parking\ndata: {"calls":[{"place":"71","extension":"1002","name":"Siti"}]}\n\n' +
    'event: history\ndata: {"newest":"7","seen_until":"5","unseen":1}\n\n' +
    'event: of-a-newer-server\ndata: {}\n\n' +
    'event: session\ndata: {"state":"refresh"}\n\n';
  const request = vi.fn((_path: string, _init: RequestInit) => Promise.resolve(new Response(body)));
  vi.stubGlobal('fetch', request);
  const stop = new AbortController();
  const told = listener();
  told.onSession.mockImplementation(() => stop.abort());
  await followEvents(api, told, stop.signal);
  expect(request.mock.calls[0]?.[1].headers).toMatchObject({ Authorization: 'Bearer abc' });
  expect(told.onReady).toHaveBeenCalledTimes(1);
  expect(told.onPerson).toHaveBeenCalledWith(siti);
  expect(told.onPersonGone).toHaveBeenCalledWith({ extension: '1003' });
  expect(told.onPresence).toHaveBeenCalledWith({ extension: '1002', presence: 'in_call' });
  expect(told.onLine).toHaveBeenCalledWith({ whose: 'theirs', weak: true });
  expect(told.onPickup).toHaveBeenCalledWith({ extension: '1002', rings: true, caller: null });
  expect(told.onHistory).toHaveBeenCalledWith({ newest: '7', seen_until: '5', unseen: 1 });
  // What was parked before a stream broke may be gone.
  expect(told.onParking.mock.calls.map(([{ calls }]) => calls.map(({ place }) => place))).toEqual([
    [],
    ['71'],
  ]);
  expect(told.onSession).toHaveBeenCalledWith({ state: 'refresh' });
});

test('a stream that says nothing for long is dead, and is opened again', async () => {
  vi.useFakeTimers();
  const stop = new AbortController();
  const request = vi.fn((_path: string, { signal }: RequestInit) => {
    if (request.mock.calls.length === 2) setTimeout(() => stop.abort());
    return new Promise<Response>((_resolve, reject) =>
      signal?.addEventListener('abort', () => reject(new DOMException('', 'AbortError'))),
    );
  });
  vi.stubGlobal('fetch', request);
  const following = followEvents(api, listener(), stop.signal);
  await vi.advanceTimersByTimeAsync(44_000);
  expect(request).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(3_000);
  expect(request).toHaveBeenCalledTimes(2);
  await vi.advanceTimersByTimeAsync(100);
  await following;
});

test('a stream that says something now and then stays open', async () => {
  vi.useFakeTimers();
  const stop = new AbortController();
  let stream: ReadableStreamDefaultController<Uint8Array> | undefined;
  const request = vi.fn((_path: string, { signal }: RequestInit) => {
    const body = new ReadableStream<Uint8Array>({ start: (opened) => void (stream = opened) });
    signal?.addEventListener('abort', () => stream?.error(new DOMException('', 'AbortError')));
    return Promise.resolve(new Response(body));
  });
  vi.stubGlobal('fetch', request);
  const following = followEvents(api, listener(), stop.signal);
  for (let second = 0; second < 120; second += 15) {
    await vi.advanceTimersByTimeAsync(15_000);
    stream?.enqueue(new TextEncoder().encode(':\n\n'));
  }
  expect(request).toHaveBeenCalledTimes(1);
  stop.abort();
  await following;
});
