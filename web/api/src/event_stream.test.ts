// SPDX-License-Identifier: Apache-2.0
import { afterEach, expect, test, vi } from 'vitest';
import { Api } from './client';
import { followEvents, waitBefore } from './event_stream';

afterEach(() => vi.unstubAllGlobals());

test('waits grow, stay under half a minute and spread by chance', () => {
  expect(waitBefore(0, 0)).toBe(500);
  expect(waitBefore(0, 1)).toBe(1000);
  expect(waitBefore(3, 1)).toBe(8000);
  expect(waitBefore(99, 1)).toBe(30_000);
});

test('the stream is read with the bearer token, and its events are told apart', async () => {
  const body =
    'event: directory\ndata: {"people":[]}\n\n' +
    'event: presence\ndata: {"extension":"1002","presence":"in_call"}\n\n';
  const request = vi.fn((_path: string, _init: RequestInit) => Promise.resolve(new Response(body)));
  vi.stubGlobal('fetch', request);
  const stop = new AbortController();
  const onDirectory = vi.fn();
  const onPresence = vi.fn(() => stop.abort());
  const api = new Api({ current: () => 'abc', renew: () => Promise.resolve('abc') });
  await followEvents(api, { onDirectory, onPresence }, stop.signal);
  expect(request.mock.calls[0]?.[1].headers).toMatchObject({ Authorization: 'Bearer abc' });
  expect(onDirectory).toHaveBeenCalledWith({ people: [] });
  expect(onPresence).toHaveBeenCalledWith({ extension: '1002', presence: 'in_call' });
});

test('a refused token is renewed once and the request repeated', async () => {
  const request = vi
    .fn<(path: string, init: RequestInit) => Promise<Response>>()
    .mockResolvedValueOnce(new Response('', { status: 401 }))
    .mockResolvedValueOnce(Response.json({ calls: [] }));
  vi.stubGlobal('fetch', request);
  const api = new Api({ current: () => 'old', renew: () => Promise.resolve('new') });
  expect(await api.calls()).toEqual({ calls: [] });
  expect(request.mock.calls[1]?.[1].headers).toMatchObject({ Authorization: 'Bearer new' });
});
