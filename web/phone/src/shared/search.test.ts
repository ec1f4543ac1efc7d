// SPDX-License-Identifier: Apache-2.0
import type { Person } from '@dering/api/types';
import { expect, test } from 'vitest';
import { dialledNumber, findPeople } from './search';

const person = (extension: string, name: string, unit: string, presence: Person['presence']) => ({
  extension,
  name,
  unit,
  presence,
});
const people: Person[] = [
  person('1001', 'Budi Santoso', 'Library', 'offline'),
  person('1002', 'Siti Àdé', 'Faculty of Law', 'available'),
  person('1003', 'Agus Siregar', 'Helpdesk', 'in_call'),
];
const names = (query: string) => findPeople(people, query).map(({ name }) => name);

test('without a query everybody is there, who can be reached first', () => {
  expect(names('')).toEqual(['Siti Àdé', 'Agus Siregar', 'Budi Santoso']);
});

test('people are found by name, number and unit, by the start of any word', () => {
  expect(names('sant')).toEqual(['Budi Santoso']);
  expect(names('1003')).toEqual(['Agus Siregar']);
  expect(names('law')).toEqual(['Siti Àdé']);
  expect(names('aw')).toEqual([]);
});

test('accents and case do not matter', () => {
  expect(names('SITI ade')).toEqual(['Siti Àdé']);
});

test('a name that begins with the query stands before one that merely has it', () => {
  expect(names('si')).toEqual(['Siti Àdé', 'Agus Siregar']);
});

test('a name begins after its titles, by which it is found as well', () => {
  const titled = [
    person('1004', 'Prof. Dr. Siti Aminah, Ph.D.', 'Law', 'offline'),
    person('1003', 'Agus Siregar', 'Helpdesk', 'offline'),
  ];
  const found = (query: string) =>
    findPeople(titled.toReversed(), query).map(({ name }) => name[0]);
  expect(found('si')).toEqual(['P', 'A']);
  expect(found('prof')).toEqual(['P']);
});

test('the words of a name with dots, commas and hyphens are found', () => {
  const doctor = person('1010', 'Dr. Sri-Rahayu,M.Kom', 'FT/Sipil', 'offline');
  for (const query of ['rahayu', 'kom', 'dr', 'sipil'])
    expect(findPeople([doctor], query), query).toEqual([doctor]);
});

test('a person who changed is found by the new name', () => {
  expect(findPeople([{ ...people[0]!, name: 'Wahyu' }], 'wahyu')).toHaveLength(1);
});

test.each([
  ['1002', '1002'],
  ['*43', '*43'],
  ['+62 21-555 (12)', '+622155512'],
  ['4', null],
  ['siti', null],
  ['12a', null],
])('%s is the number %s', (query, number) => {
  expect(dialledNumber(query)).toBe(number);
});
