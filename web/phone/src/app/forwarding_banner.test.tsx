// SPDX-License-Identifier: Apache-2.0
import { Api } from '@dering/api/client';
import type { Forwarding, Me, Person } from '@dering/api/types';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, cleanup, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, test, vi } from 'vitest';
import { draw } from '../testing/draw';
import { ForwardingBanner } from './forwarding_banner';

const none: Forwarding = {
  extension: '1001',
  always: null,
  busy: null,
  no_answer: null,
  unreachable: null,
  ring_seconds: 20,
  do_not_disturb: false,
};
const me = { extension: '1001' } as Me;
const siti: Person = { extension: '1002', name: 'Siti', unit: '', presence: 'available' };
const user = userEvent.setup();
let client: QueryClient;
let wishes: unknown[];
let opened: number;

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

async function show(kept: Forwarding) {
  localStorage.setItem('dering.language', 'en');
  wishes = [];
  opened = 0;
  vi.stubGlobal('fetch', (_path: string, { body }: RequestInit) => {
    if (body !== undefined) wishes.push(JSON.parse(String(body)));
    const change = body === undefined ? {} : (JSON.parse(String(body)) as Partial<Forwarding>);
    return Promise.resolve(Response.json({ ...kept, ...change }));
  });
  client = new QueryClient({ defaultOptions: { queries: { staleTime: Infinity, retry: false } } });
  const api = new Api({ current: () => 'token', renew: () => Promise.resolve('token') });
  await draw(
    <QueryClientProvider client={client}>
      <ForwardingBanner
        api={api}
        me={me}
        byNumber={new Map([['1002', siti]])}
        onOpen={() => opened++}
      />
    </QueryClientProvider>,
  );
}
const words = () => screen.getByTestId('forwarding').textContent;

test('whose calls all go elsewhere sees it, and ends it by one click', async () => {
  await show({ ...none, always: '1002' });
  await screen.findByText('Your calls go to Siti.');
  await user.click(screen.getByRole('button', { name: 'Turn off' }));
  await vi.waitFor(() => expect(words()).toBe(''));
  expect(wishes).toEqual([{ always: null }]);
});

test('whose phones do not ring sees it, and where calls go instead', async () => {
  await show({ ...none, do_not_disturb: true, busy: '1002' });
  await screen.findByText('Do not disturb is on: your calls go to Siti.');
  await user.click(screen.getByRole('button', { name: 'Turn off' }));
  expect(wishes).toEqual([{ do_not_disturb: false }]);
});

test('what happens now and then is told quietly', async () => {
  await show({ ...none, no_answer: '1002', unreachable: '1099' });
  await screen.findByText(
    'When you do not answer, calls go to Siti. When you cannot be reached, calls go to 1099.',
  );
  await user.click(screen.getByRole('button', { name: 'Change' }));
  expect(opened).toBe(1);
});

test('a code that was dialled is seen at once', async () => {
  await show(none);
  await vi.waitFor(() => expect(client.isFetching()).toBe(0));
  expect(words()).toBe('');
  act(() => {
    client.setQueryData(['forwarding', '1001'], { ...none, do_not_disturb: true });
  });
  await screen.findByText('Do not disturb is on: your phones do not ring.');
});
