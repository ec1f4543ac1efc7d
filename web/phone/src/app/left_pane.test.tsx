// SPDX-License-Identifier: Apache-2.0
import type { Api } from '@dering/api/client';
import type { CallRecord } from '@dering/api/types';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { createRef, type ComponentProps } from 'react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { draw } from '../testing/draw';
import type { History } from './history';
import { LeftPane } from './left_pane';
import { useRoute } from './route';

beforeEach(() => localStorage.setItem('dering.language', 'en'));
afterEach(() => {
  cleanup();
  history.replaceState(null, '', '/');
});

const record = (id: string, peer: string, missed: boolean): CallRecord => ({
  id,
  direction: 'in',
  peer,
  peer_name: `Person ${peer}`,
  started_at: 1_800_000_000,
  duration_ms: -1,
  outcome: missed ? 'no_answer' : 'declined',
  missed,
  transferred: false,
});
const calls = [record('9', '1002', true), record('8', '1003', false)];

const people = [
  { extension: '1005', name: 'Eka Putri', unit: '', presence: 'available' },
  { extension: '1006', name: 'Budi', unit: '', presence: 'available' },
] as const;

async function show(unseen = 0, isFree = true) {
  const onDial = vi.fn<(number: string, name?: string) => void>();
  const onSelect = vi.fn<(extension: string) => void>();
  const see = vi.fn<() => void>();
  const api = {
    calls: () => Promise.resolve({ calls }),
    missedCalls: () => Promise.resolve({ calls: calls.filter(({ missed }) => missed) }),
  } as unknown as Api;
  const state = { newest: '9', seen_until: unseen === 0 ? '9' : '8', unseen };
  const history: History = { state, missed: [], hear: () => {}, see };
  /** With the address of the page around it. */
  function Pane(rest: Omit<ComponentProps<typeof LeftPane>, 'list' | 'onList' | 'onFind'>) {
    const { list, go, showList } = useRoute();
    return (
      <LeftPane
        list={list}
        onList={(next) => go({ kind: 'list', list: next })}
        onFind={() => showList('people')}
        {...rest}
      />
    );
  }
  await draw(
    <QueryClientProvider client={new QueryClient()}>
      <Pane
        {...{ api, history, onSelect, onDial }}
        own="1001"
        people={people}
        isFree={isFree}
        state="ready"
        selected={null}
        canCall
        search={createRef()}
      />
    </QueryClientProvider>,
  );
  return { onDial, onSelect, see };
}

test('a number that was called does not stay in the search field', async () => {
  const { onDial } = await show();
  const field = screen.getByRole('searchbox');
  await userEvent.type(field, '*43{Enter}');
  expect(onDial.mock.calls[0]?.[0]).toBe('*43');
  expect(field).toHaveProperty('value', '');
});

test('a name and Enter call whom it finds first; who talks is shown the person', async () => {
  const { onDial } = await show();
  await userEvent.type(screen.getByRole('searchbox'), 'eka{Enter}');
  expect(onDial.mock.calls).toEqual([['1005', 'Eka Putri']]);
  cleanup();
  const talking = await show(0, false);
  await userEvent.type(screen.getByRole('searchbox'), 'eka{Enter}');
  expect(talking.onDial).not.toHaveBeenCalled();
  expect(talking.onSelect.mock.calls).toEqual([['1005']]);
});

test('Enter in an empty field calls nobody', async () => {
  const { onDial, onSelect } = await show();
  await userEvent.type(screen.getByRole('searchbox'), '{Enter}');
  expect([...onDial.mock.calls, ...onSelect.mock.calls]).toEqual([]);
});

test('the list of calls says how many were missed, to eyes and to ears', async () => {
  await show(3);
  expect(screen.getByTestId('unseen').textContent).toBe('3');
  expect(screen.getByRole('radio', { name: /Recent\s*3 missed/ })).toBeTruthy();
  cleanup();
  await show(140);
  expect(screen.getByTestId('unseen').textContent).toBe('99+');
  cleanup();
  await show(0);
  expect(screen.queryByTestId('unseen')).toBeNull();
});

test('whoever opens the list has seen it, and of what comes later when they touch the page', async () => {
  const { see } = await show(1);
  expect(see).not.toHaveBeenCalled();
  await userEvent.click(screen.getByText('Recent'));
  expect(location.pathname).toBe('/recent');
  expect(see).toHaveBeenCalledTimes(1);
  expect((await screen.findByTestId('new')).textContent).toBe('New');
  await userEvent.keyboard('{Shift}');
  expect(see).toHaveBeenCalledTimes(2);
});

test('a list that nobody looks at is not seen', async () => {
  const { see } = await show(1);
  const hidden = vi.spyOn(document, 'hidden', 'get').mockReturnValue(true);
  await userEvent.click(screen.getByText('Recent'));
  expect(see).not.toHaveBeenCalled();
  hidden.mockReturnValue(false);
  document.dispatchEvent(new Event('visibilitychange'));
  expect(see).toHaveBeenCalledTimes(1);
  hidden.mockRestore();
});

test('the missed calls can be looked at alone', async () => {
  await show();
  await userEvent.click(screen.getByText('Recent'));
  expect(await screen.findAllByTestId('recent-row')).toHaveLength(2);
  await userEvent.click(screen.getByText('Missed', { selector: 'label span' }));
  await vi.waitFor(() => expect(screen.getAllByTestId('recent-row')).toHaveLength(1));
  expect(screen.getByTestId('recent').textContent).toContain('Person 1002');
});

test('a click on a row of the list opens who it was', async () => {
  const { onSelect } = await show();
  await userEvent.click(screen.getByText('Recent'));
  await userEvent.click(await screen.findByText('Person 1003'));
  expect(onSelect.mock.calls).toEqual([['1003']]);
});
