// SPDX-License-Identifier: Apache-2.0
import type { Api } from '@dering/api/client';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { createRef } from 'react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { draw } from '../testing/draw';
import { LeftPane } from './left_pane';

beforeEach(() => localStorage.setItem('dering.language', 'en'));
afterEach(cleanup);

test('a number that was called does not stay in the search field', async () => {
  const onDial = vi.fn<(number: string, name?: string) => void>();
  const api = { calls: () => Promise.resolve({ calls: [] }) } as unknown as Api;
  await draw(
    <QueryClientProvider client={new QueryClient()}>
      <LeftPane
        api={api}
        own="1001"
        people={[]}
        state="ready"
        selected={null}
        canCall
        search={createRef()}
        onSelect={() => {}}
        onDial={onDial}
      />
    </QueryClientProvider>,
  );
  const field = screen.getByRole('searchbox');
  await userEvent.type(field, '*43{Enter}');
  expect(onDial.mock.calls[0]?.[0]).toBe('*43');
  expect(field).toHaveProperty('value', '');
});
