// SPDX-License-Identifier: Apache-2.0
import type { Person, Presence } from '@dering/api/types';

const shownAtMost = 200;
const presenceOrder: Record<Presence, number> = { available: 0, in_call: 1, offline: 2 };

export interface Found {
  readonly people: readonly Person[];
  /** How many more match than are shown. */
  readonly hidden: number;
}

/** Without marks and case, so that "sri adé" finds "Sri Ade". */
function plain(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}

/**
 * The people whose name, number or unit has every word of the query at the start of one of its
 * words. Without a query who can be reached stands first; with one, whose name begins with it.
 */
export function findPeople(people: readonly Person[], query: string): Found {
  const words = plain(query).split(/\s+/).filter(Boolean);
  const matching = people.filter((person) => {
    const parts = plain(`${person.name} ${person.extension} ${person.unit}`).split(/[\s.,/()-]+/);
    return words.every((word) => parts.some((part) => part.startsWith(word)));
  });
  const rank = (person: Person) =>
    words.length === 0
      ? presenceOrder[person.presence]
      : Number(!plain(person.name).startsWith(words[0] ?? ''));
  const sorted = matching.toSorted((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name));
  return {
    people: sorted.slice(0, shownAtMost),
    hidden: Math.max(0, sorted.length - shownAtMost),
  };
}

/** The number in a query that is one: digits with the usual separators, or a service code. */
export function dialledNumber(query: string): string | null {
  const number = query.replace(/[\s().-]/g, '');
  return /^\+?[0-9*#]{2,32}$/.test(number) ? number : null;
}
