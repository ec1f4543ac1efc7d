// SPDX-License-Identifier: Apache-2.0
import type { Person } from '@dering/api/types';
import { cleanup, fireEvent, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { draw } from '../testing/draw';
import { stubLayout } from '../testing/layout';
import { PeopleList } from './people_list';

const siti: Person = { extension: '1002', name: 'Siti', unit: 'Law', presence: 'in_call' };
const user = userEvent.setup();
const commands = () => ({ onSelect: vi.fn(), onCall: vi.fn(), onDial: vi.fn() });

beforeEach(() => {
  localStorage.setItem('dering.language', 'en');
  stubLayout(620, 62);
});
afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

test('a person is shown with presence as a word, not only as a colour', async () => {
  await draw(<PeopleList people={[siti]} query="" selected={null} {...commands()} />);
  expect(screen.getByTestId('person-1002').textContent).toContain('Busy');
  expect(screen.getByTestId('presence').dataset.presence).toBe('in_call');
});

test('a click shows the person, the small button calls', async () => {
  const told = commands();
  await draw(<PeopleList people={[siti]} query="" selected={null} {...told} />);
  await user.click(screen.getByTestId('person-1002'));
  expect(told.onSelect).toHaveBeenCalledWith('1002');
  await user.click(screen.getByRole('button', { name: 'Call Siti' }));
  expect(told.onCall).toHaveBeenCalledWith(siti);
});

test('a number that belongs to nobody can still be called', async () => {
  const told = commands();
  await draw(<PeopleList people={[siti]} query="*43" selected={null} {...told} />);
  await user.click(screen.getByRole('button', { name: 'Call *43' }));
  expect(told.onDial).toHaveBeenCalledWith('*43');
});

test('a name that nobody has is answered with a sentence', async () => {
  await draw(<PeopleList people={[siti]} query="zzz" selected={null} {...commands()} />);
  expect(screen.getByText('Nobody here is called “zzz”.')).toBeTruthy();
});

describe('five thousand people', () => {
  const people = Array.from({ length: 5_000 }, (_, i) => ({
    ...siti,
    extension: String(10_000 + i),
    name: `Person ${String(i).padStart(4, '0')}`,
  }));
  const rows = () => screen.getAllByRole('listitem');
  const focused = () => document.activeElement?.getAttribute('data-testid');

  test('are all counted, and only those that can be seen are in the page', async () => {
    await draw(<PeopleList people={people} query="" selected={null} {...commands()} />);
    expect(rows().length).toBeLessThan(40);
    expect(rows()[0]?.getAttribute('aria-setsize')).toBe('5000');
    expect(rows().map((row) => row.getAttribute('aria-posinset'))).toEqual(
      rows().map((_, index) => String(index + 1)),
    );
    expect(screen.getByRole('list').style.height).toBe(`${5_000 * 62}px`);
  });

  test('how many a search found is said', async () => {
    await draw(<PeopleList people={people} query="person 01" selected={null} {...commands()} />);
    expect(screen.getByRole('status').textContent).toBe('100 found');
    expect(rows()[0]?.getAttribute('aria-setsize')).toBe('100');
  });

  test('the list is one tab stop, and the arrows lead through it', async () => {
    await draw(<PeopleList people={people} query="" selected={null} {...commands()} />);
    await user.tab();
    expect(focused()).toBe('person-10000');
    await user.keyboard('{ArrowDown}{ArrowDown}{ArrowUp}');
    expect(focused()).toBe('person-10001');
    await user.tab();
    expect(focused()).toBe('call-10001');
    await user.tab();
    expect(document.activeElement).toBe(document.body);
  });

  test('End and Home reach people who were not in the page', async () => {
    await draw(<PeopleList people={people} query="" selected={null} {...commands()} />);
    await user.tab();
    await user.keyboard('{End}');
    expect(focused()).toBe('person-14999');
    await user.keyboard('{Home}{PageDown}');
    expect(focused()).toBe('person-10009');
  });

  test('whoever has the focus stays in the page when it is scrolled away', async () => {
    await draw(<PeopleList people={people} query="" selected={null} {...commands()} />);
    await user.tab();
    const scroller = screen.getByTestId('people');
    scroller.scrollTop = 100_000;
    fireEvent.scroll(scroller);
    expect(screen.queryByTestId('person-10001')).toBeNull();
    expect(focused()).toBe('person-10000');
  });

  test('Tab comes to the chosen person', async () => {
    await draw(<PeopleList people={people} query="" selected="10003" {...commands()} />);
    await user.tab();
    expect(focused()).toBe('person-10003');
  });
});
