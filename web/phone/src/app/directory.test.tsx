// SPDX-License-Identifier: Apache-2.0
import { Api } from '@dering/api/client';
import type { SessionChange } from '@dering/api/types';
import { act, cleanup, renderHook } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { useDirectory } from './directory';
import { followServer } from './news';

const siti = { extension: '1002', name: 'Siti', unit: '', presence: 'offline' };
let streams: ReadableStreamDefaultController<Uint8Array>[];
let tokens: string[];
let token: string;

beforeEach(() => {
  [streams, tokens, token] = [[], [], 'first'];
  vi.stubGlobal('fetch', (path: string, { headers }: RequestInit) => {
    if (!path.endsWith('/events')) return Promise.resolve(Response.json({ people: [siti] }));
    tokens.push(new Headers(headers).get('Authorization') ?? '');
    const body = new ReadableStream<Uint8Array>({ start: (stream) => void streams.push(stream) });
    return Promise.resolve(new Response(body));
  });
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function say(event: string, data: object): void {
  const text = `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
  streams.at(-1)?.enqueue(new TextEncoder().encode(text));
}
const soon = (check: () => void) => act(() => vi.waitFor(check));

function follow(onSession: (change: SessionChange) => Promise<boolean>, isLive = true) {
  const api = new Api({ current: () => token, renew: () => Promise.resolve(token) });
  const server = followServer(api, null);
  return renderHook(
    (properties: { isLive: boolean }) =>
      useDirectory({ api, follow: server, onSession, ...properties }),
    { initialProps: { isLive } },
  );
}

test('the directory is fetched when the stream is ready, and follows it', async () => {
  const { result } = follow(() => Promise.resolve(false));
  expect(result.current.state).toBe('loading');
  await vi.waitUntil(() => streams.length === 1);
  say('ready', {});
  await soon(() => expect(result.current).toEqual({ state: 'ready', people: [siti] }));
  say('presence', { extension: '1002', presence: 'in_call' });
  await soon(() => expect(result.current.people).toMatchObject([{ presence: 'in_call' }]));
  say('person-gone', { extension: '1002' });
  await soon(() => expect(result.current.people).toEqual([]));
});

test('after a renewal that the server asked for the stream is opened with the newer token', async () => {
  follow(({ state }) => {
    token = 'second';
    return Promise.resolve(state === 'refresh');
  });
  await vi.waitUntil(() => streams.length === 1);
  say('session', { state: 'refresh' });
  await soon(() => expect(tokens).toEqual(['Bearer first', 'Bearer second']));
});

test('when the sign-in is over nothing is followed any more', async () => {
  vi.useFakeTimers();
  const { rerender } = follow(() => Promise.resolve(false));
  await vi.advanceTimersByTimeAsync(0);
  expect(streams).toHaveLength(1);
  rerender({ isLive: false });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(streams).toHaveLength(1);
});
