// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { withPresence } from './directory';

const siti = { extension: '1002', name: 'Siti', unit: '', presence: 'offline' } as const;
const budi = { ...siti, extension: '1001', name: 'Budi' };
const directory = { people: [budi, siti] };

test('presence changes one person and leaves the others as they were', () => {
  const next = withPresence(directory, { extension: '1002', presence: 'in_call' });
  expect(next.people[1]).toEqual({ ...siti, presence: 'in_call' });
  expect(next.people[0]).toBe(budi);
});

test('what changes nothing draws nothing', () => {
  expect(withPresence(directory, { extension: '1002', presence: 'offline' })).toBe(directory);
  expect(withPresence(directory, { extension: '9999', presence: 'in_call' })).toBe(directory);
});
