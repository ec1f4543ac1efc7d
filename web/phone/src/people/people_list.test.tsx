// SPDX-License-Identifier: Apache-2.0
import type { Person } from '@dering/api/types';
import { cleanup, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { draw } from '../testing/draw';
import { PeopleList } from './people_list';

const siti: Person = { extension: '1002', name: 'Siti', unit: 'Law', presence: 'in_call' };
const user = userEvent.setup();
const commands = () => ({ onSelect: vi.fn(), onCall: vi.fn(), onDial: vi.fn() });

beforeEach(() => localStorage.setItem('dering.language', 'en'));
afterEach(cleanup);

test('a person is shown with presence as a word, not only as a colour', async () => {
  await draw(<PeopleList people={[siti]} query="" selected={null} {...commands()} />);
  expect(screen.getByTestId('person-1002').textContent).toContain('In a call');
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
