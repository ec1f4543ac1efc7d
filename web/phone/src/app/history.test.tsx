// SPDX-License-Identifier: Apache-2.0
import { Api } from '@dering/api/client';
import type { CallRecord, HistoryState } from '@dering/api/types';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, cleanup, renderHook } from '@testing-library/react';
import type { ReactNode } from 'react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { useHistory } from './history';

let state: HistoryState;
let calls: readonly Pick<CallRecord, 'id'>[];
let asked: string[];
let isDown: boolean;

beforeEach(() => {
  state = { newest: '9', seen_until: '7', unseen: 2 };
  calls = [{ id: '9' }, { id: '8' }, { id: '7' }];
  [asked, isDown] = [[], false];
  vi.stubGlobal('fetch', (path: string, { method = 'GET', body }: RequestInit) => {
    asked.push(`${method} ${path.replace(/^.*v1/, '')}`);
    if (isDown) return Promise.reject(new TypeError('no network'));
    if (path.includes('/calls')) return Promise.resolve(Response.json({ calls }));
    if (method === 'PATCH') {
      const { seen_until } = JSON.parse(String(body)) as HistoryState;
      state = { ...state, seen_until, unseen: 0 };
    }
    return Promise.resolve(Response.json(state));
  });
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

function show() {
  const api = new Api({ current: () => 'token', renew: () => Promise.resolve('token') });
  const client = new QueryClient({
    defaultOptions: { queries: { staleTime: Infinity, retry: false } },
  });
  const wrapper = ({ children }: { children: ReactNode }) => (
    <QueryClientProvider client={client}>{children}</QueryClientProvider>
  );
  return renderHook(() => useHistory(api), { wrapper }).result;
}
const soon = (check: () => void) => act(() => vi.waitFor(check));
const ids = (history: { missed: readonly CallRecord[] }) => history.missed.map(({ id }) => id);

test('what was missed and not seen is listed, and nothing is asked for where nothing was', async () => {
  const result = show();
  await soon(() => expect(ids(result.current)).toEqual(['9', '8']));
  cleanup();
  asked = [];
  state = { newest: '9', seen_until: '9', unseen: 0 };
  const calm = show();
  await soon(() => expect(calm.current.state.newest).toBe('9'));
  expect(asked).toEqual(['GET /history']);
});

test('a call that the server tells of is listed; a look at another page clears the list here', async () => {
  const result = show();
  await soon(() => expect(ids(result.current)).toHaveLength(2));
  calls = [{ id: '12' }, ...calls];
  act(() => result.current.hear({ newest: '12', seen_until: '7', unseen: 3 }));
  await soon(() => expect(ids(result.current)).toEqual(['12', '9', '8']));
  act(() => result.current.hear({ newest: '12', seen_until: '12', unseen: 0 }));
  await soon(() => expect(ids(result.current)).toEqual([]));
});

test('a look is told to the server once, and what did not arrive stays to be seen', async () => {
  const result = show();
  await soon(() => expect(ids(result.current)).toHaveLength(2));
  isDown = true;
  act(() => result.current.see());
  await soon(() => expect(asked.at(-1)).toBe('PATCH /history'));
  expect(result.current.state.unseen).toBe(2);
  isDown = false;
  act(() => result.current.see());
  await soon(() => expect(result.current.state).toMatchObject({ seen_until: '9', unseen: 0 }));
  asked = [];
  act(() => result.current.see());
  expect(asked).toEqual([]);
});

test('a stream that begins anew makes it ask again', async () => {
  const result = show();
  await soon(() => expect(result.current.state.unseen).toBe(2));
  state = { newest: '9', seen_until: '9', unseen: 0 };
  act(() => result.current.hear(null));
  await soon(() => expect(result.current.state.unseen).toBe(0));
});
