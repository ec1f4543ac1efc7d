// SPDX-License-Identifier: Apache-2.0
// A frame has 16 ms: npm run bench
import type { Person } from '@dering/api/types';
import { bench, describe } from 'vitest';
import { arranged, withChanges } from './people_changes';
import { findPeople } from '../shared/search';

const given = ['Adi', 'Ayu', 'Bagus', 'Citra', 'Dian', 'Eka', 'Farhan', 'Sari', 'Wahyu', 'Yuni'];
const family = ['Anggraini', 'Budiman', 'Hidayat', 'Kurniawan', 'Nasution', 'Pratama', 'Wibowo'];
const units = ['Library', 'Faculty of Law', 'Faculty of Engineering', 'Finance'];
const states = ['available', 'in_call', 'offline'] as const;

const people: Person[] = Array.from({ length: 5_000 }, (_, i) => ({
  extension: String(10_000 + i),
  name: `${given[i % given.length]} ${family[(i * 7) % family.length]}`,
  unit: units[(i * 3) % units.length] ?? '',
  presence: states[i % 3] ?? 'offline',
}));
const shown = arranged(people);

describe('five thousand people', () => {
  bench('the first arrangement', () => void arranged(people));
  bench('nobody in particular', () => void findPeople(shown, ''));
  bench('one letter', () => void findPeople(shown, 's'));
  bench('two words', () => void findPeople(shown, 'sari law'));
  bench('a change of presence', () => {
    withChanges(shown, [{ kind: 'presence', extension: '12345', presence: 'offline' }]);
  });
});
