// SPDX-License-Identifier: Apache-2.0
import { afterEach, expect, test, vi } from 'vitest';
import { Api, ApiError, fetchConfig } from './client';

afterEach(() => vi.unstubAllGlobals());

function serve(...responses: Response[]) {
  const request = vi.fn<(path: string, init: RequestInit) => Promise<Response>>();
  for (const response of responses) request.mockResolvedValueOnce(response);
  vi.stubGlobal('fetch', request);
  return request;
}
const refused = () => new Response('', { status: 401 });

test('a refused token is renewed once and the request repeated', async () => {
  const request = serve(refused(), Response.json({ calls: [] }));
  const api = new Api({ current: () => 'old', renew: () => Promise.resolve('new') });
  expect(await api.calls()).toEqual({ calls: [] });
  expect(request.mock.calls[1]?.[1].headers).toMatchObject({ Authorization: 'Bearer new' });
});

test('a token that was renewed while the request was under way is not renewed again', async () => {
  const request = serve(refused(), Response.json({ calls: [] }));
  let token = 'old';
  const renew = vi.fn(() => Promise.resolve('newer'));
  const api = new Api({
    current: () => {
      const given = token;
      token = 'new';
      return given;
    },
    renew,
  });
  await api.calls();
  expect(renew).not.toHaveBeenCalled();
  expect(request.mock.calls[1]?.[1].headers).toMatchObject({ Authorization: 'Bearer new' });
});

const api = new Api({ current: () => 'abc', renew: () => Promise.resolve('abc') });

test('a directory that did not change is not sent again', async () => {
  const people = { people: [] };
  const request = serve(
    Response.json(people, { headers: { ETag: '"a"' } }),
    new Response(null, { status: 304 }),
  );
  const first = await api.directory(null);
  expect(first).toEqual({ value: people, tag: '"a"' });
  expect(await api.directory(first)).toBe(first);
  expect(request.mock.calls[1]?.[1].headers).toMatchObject({ 'If-None-Match': '"a"' });
});

test('a phone is added as JSON and removed by its id', async () => {
  const request = serve(
    Response.json({ id: 'a/b', password: 'secret' }, { status: 201 }),
    new Response(null, { status: 204 }),
  );
  const { id } = await api.addDevice({ name: 'Lobby' });
  expect(request.mock.calls[0]).toMatchObject([
    '/api/v1/devices',
    { method: 'POST', body: '{"name":"Lobby"}' },
  ]);
  await api.removeDevice(id, '1002');
  expect(request.mock.calls[1]).toMatchObject([
    '/api/v1/devices/a%2Fb?extension=1002',
    { method: 'DELETE' },
  ]);
});

test('a refusal is an error that knows its status', async () => {
  serve(new Response('', { status: 409 }));
  const failure = await api.addDevice({ name: 'x' }).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(ApiError);
  expect(failure).toMatchObject({ status: 409 });
});

test('nobody waits for ever for a server that does not answer', async () => {
  vi.spyOn(AbortSignal, 'timeout').mockReturnValue(AbortSignal.abort(new Error('too late')));
  vi.stubGlobal('fetch', (_path: string, { signal }: RequestInit) =>
    signal?.aborted === true ? Promise.reject(signal.reason) : new Promise(() => {}),
  );
  await expect(api.me()).rejects.toThrow('too late');
  await expect(fetchConfig()).rejects.toThrow('too late');
  vi.restoreAllMocks();
});

test.each([
  ['application/problem+json', '{"detail":"Set web.origins."}', 'Set web.origins.'],
  ['application/problem+json', '{"detail":7}', ''],
  ['application/problem+json', 'no JSON', ''],
  ['text/html', '{"detail":"a page"}', ''],
])('of a refusal as %s %s the sentence is %j', async (type, body, detail) => {
  serve(new Response(body, { status: 403, headers: { 'Content-Type': type } }));
  await expect(api.me()).rejects.toMatchObject({ status: 403, detail });
});
