// SPDX-License-Identifier: Apache-2.0

/** What stands before names at an Indonesian university, or in a letter. */
const titles = new Set(
  'prof dr drs dra drg drh ir h hj kh apt ns r rr rd ust bpk bapak ibu mr mrs ms'.split(' '),
);
/** Those that are often written without a dot. */
const dotless = new Set(['prof', 'drs', 'dra', 'bapak', 'ibu']);

function isTitle(word: string): boolean {
  const plain = word.toLowerCase();
  if (!word.endsWith('.')) return dotless.has(plain);
  // "Prof.Dr.Ir." too, as lists of lecturers are often typed.
  return plain
    .slice(0, -1)
    .split('.')
    .every((part) => titles.has(part));
}

/** "Ph.D", "S.Kom.", "MT": a degree; "Budi" of "Santoso, Budi": none. */
const isDegree = (part: string): boolean => /\.|^\p{Lu}{2,5}$/u.test(part.trim());

/** Known ones, which need no comma before them: "Budi Santoso S.Kom. M.T." */
const isBareDegree = (word: string): boolean => /^(?:s|m|a|ph|sp|ll|b|d)\.\p{L}/iu.test(word);

/** "Prof.Dr.Siti" with a blank before the name. */
const apart = (name: string): string =>
  name.replace(/^((?:\p{L}+\.)+)(?=\p{L}+(?:\s|$))/u, (front) =>
    isTitle(front) ? `${front} ` : front,
  );

/**
 * A name without titles and degrees: "Prof. Dr. Ir. Siti Rahmawati, M.T., Ph.D." is Siti Rahmawati,
 * and stands among those with S. What is nothing but titles stays whole.
 */
export function plainName(name: string): string {
  const parts = name.split(',');
  while (parts.length > 1 && isDegree(parts.at(-1) ?? '')) parts.pop();
  const words = apart(parts.join(',')).trim().split(/\s+/);
  while (words.length > 1 && isBareDegree(words.at(-1) ?? '')) words.pop();
  const first = words.findIndex((word) => !isTitle(word));
  const plain = words.slice(first).join(' ');
  return first < 0 || !/\p{L}/u.test(plain) ? name.trim() : plain;
}
