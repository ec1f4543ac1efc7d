// SPDX-License-Identifier: Apache-2.0
import type { Person } from '@dering/api/types';
import { expect, test } from 'vitest';
import { arranged, withChanges } from './people_changes';

const person = (extension: string, name: string): Person => ({
  extension,
  name,
  unit: '',
  presence: 'offline',
});
const budi = person('1009', 'Budi');
const siti = person('1002', 'Siti');
const people = arranged([siti, budi]);
const names = (list: readonly Person[]) => list.map(({ name }) => name);

test('people stand in the order of their names', () => {
  expect(people).toEqual([budi, siti]);
});

test('titles do not tell where a name stands', () => {
  const professor = person('1003', 'Prof. Dr. Citra Dewi, M.T.');
  expect(names(arranged([siti, professor, budi]))).toEqual([budi.name, professor.name, siti.name]);
});

test('who did not change stays the same object, and so does an unchanged list', () => {
  expect(arranged([{ ...siti }, { ...budi }], people)).toBe(people);
  const next = arranged([{ ...siti, presence: 'available' }, { ...budi }], people);
  expect(next[0]).toBe(budi);
  expect(next[1]).toMatchObject({ presence: 'available' });
});

test('presence changes one person and leaves the others as they were', () => {
  const next = withChanges(people, [{ kind: 'presence', extension: '1002', presence: 'in_call' }]);
  expect(next[1]).toEqual({ ...siti, presence: 'in_call' });
  expect(next[0]).toBe(budi);
});

test('what changes nothing draws nothing', () => {
  const same = withChanges(people, [
    { kind: 'presence', extension: '1002', presence: 'offline' },
    { kind: 'presence', extension: '9999', presence: 'in_call' },
    { kind: 'gone', extension: '9999' },
    { kind: 'person', person: { ...budi } },
  ]);
  expect(same).toBe(people);
});

test('somebody new and somebody with a new name come to their places', () => {
  const next = withChanges(people, [
    { kind: 'person', person: person('1005', 'Dewi') },
    { kind: 'person', person: { ...budi, name: 'Wahyu' } },
  ]);
  expect(names(next)).toEqual(['Dewi', 'Siti', 'Wahyu']);
});

test('somebody who is gone is gone, and can come back', () => {
  const gone = withChanges(people, [{ kind: 'gone', extension: '1009' }]);
  expect(names(gone)).toEqual(['Siti']);
  expect(names(withChanges(gone, [{ kind: 'person', person: budi }]))).toEqual(['Budi', 'Siti']);
});
