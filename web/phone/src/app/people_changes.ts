// SPDX-License-Identifier: Apache-2.0
import type { Person, Presence } from '@dering/api/types';
import { plainName } from '../shared/plain_name';

/** One thing that became different. Each is a whole new value, so that applying it twice is harmless. */
export type Change =
  | { readonly kind: 'person'; readonly person: Person }
  | { readonly kind: 'gone'; readonly extension: string }
  | { readonly kind: 'presence'; readonly extension: string; readonly presence: Presence };

const collator = new Intl.Collator();

/** What a person is sorted by, worked out once: a person object never changes. */
const keys = new WeakMap<Person, string>();

function keyOf(person: Person): string {
  let key = keys.get(person);
  if (key === undefined) {
    key = plainName(person.name);
    keys.set(person, key);
  }
  return key;
}

const byName = (a: Person, b: Person) =>
  collator.compare(keyOf(a), keyOf(b)) || collator.compare(a.extension, b.extension);

function isSame(a: Person, b: Person): boolean {
  return (
    a.extension === b.extension &&
    a.name === b.name &&
    a.unit === b.unit &&
    a.presence === b.presence
  );
}

/**
 * People in the order of their names. Who is as before stays the same object, and so does the whole
 * list, so that nothing is drawn again that looks the same.
 */
export function arranged(
  people: readonly Person[],
  before: readonly Person[] = [],
): readonly Person[] {
  const known = new Map(before.map((person) => [person.extension, person]));
  const next = people
    .map((person) => {
      const old = known.get(person.extension);
      return old !== undefined && isSame(old, person) ? old : person;
    })
    .toSorted(byName);
  const isUnchanged = next.length === before.length && next.every((each, i) => each === before[i]);
  return isUnchanged ? before : next;
}

/** The people, arranged as before, after the changes; the same list when they change nothing. */
export function withChanges(
  people: readonly Person[],
  changes: readonly Change[],
): readonly Person[] {
  const next = new Map<string, Person>();
  for (const person of people) next.set(person.extension, person);
  let isOrdered = true;
  let isChanged = false;
  const put = (person: Person) => {
    const old = next.get(person.extension);
    if (old !== undefined && isSame(old, person)) return;
    isOrdered &&= old?.name === person.name;
    isChanged = true;
    next.set(person.extension, person);
  };
  for (const change of changes) {
    if (change.kind === 'person') put(change.person);
    else if (change.kind === 'gone') isChanged = next.delete(change.extension) || isChanged;
    else {
      const old = next.get(change.extension);
      if (old !== undefined) put({ ...old, presence: change.presence });
    }
  }
  if (!isChanged) return people;
  const list = [...next.values()];
  return isOrdered ? list : list.toSorted(byName);
}
