// SPDX-License-Identifier: Apache-2.0
import type { Person, Presence } from '@dering/api/types';
import { plainName } from './plain_name';

const presenceOrder: Record<Presence, number> = {
  available: 0,
  in_call: 1,
  do_not_disturb: 2,
  offline: 3,
};

/** The words without marks and case, so that "sri adé" finds "Sri Ade". */
function wordsOf(text: string): string[] {
  const plain = text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
  return plain.split(/[\s.,/()-]+/).filter(Boolean);
}

/** What is searched of a person, worked out once: a person object never changes. */
const texts = new WeakMap<Person, string>();

/** With titles one is found too, but one's name begins after them. */
const textsOf = ({ name, extension, unit }: Person): string =>
  `${plainName(name)} ${name} ${extension} ${unit}`;

/** All words of a person, each with a blank before it, the name first. */
function textOf(person: Person): string {
  let text = texts.get(person);
  if (text === undefined) {
    text = ` ${wordsOf(textsOf(person)).join(' ')}`;
    texts.set(person, text);
  }
  return text;
}

/**
 * The people whose name, number or unit has every word of the query at the start of one of its
 * words. Without a query who can be reached stands first; with one, whose name begins with it.
 * Otherwise the order stays as it was given.
 */
export function findPeople(people: readonly Person[], query: string): readonly Person[] {
  const words = wordsOf(query).map((word) => ` ${word}`);
  const [first] = words;
  const ranks: [Person[], Person[], Person[], Person[]] = [[], [], [], []];
  for (const person of people) {
    const text = textOf(person);
    if (!words.every((word) => text.includes(word))) continue;
    const rank =
      first === undefined ? presenceOrder[person.presence] : Number(!text.startsWith(first));
    ranks[rank]?.push(person);
  }
  return ranks.flat();
}

/** The number in a query that is one: digits with the usual separators, or a service code. */
export function dialledNumber(query: string): string | null {
  const number = query.replace(/[\s().-]/g, '');
  return /^\+?[0-9*#]{2,32}$/.test(number) ? number : null;
}
