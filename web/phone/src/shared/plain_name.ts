// SPDX-License-Identifier: Apache-2.0

/** What stands before names at an Indonesian university, or in a letter. */
const titles = new Set(
  'prof dr drs dra drg drh ir h hj kh apt ns r rr rd ust bpk bapak ibu mr mrs ms'.split(' '),
);
/** Those that are often written without a dot. */
const dotless = new Set(['prof', 'drs', 'dra', 'bapak', 'ibu']);

function isTitle(word: string): boolean {
  const plain = word.toLowerCase().replaceAll('.', '');
  return word.endsWith('.') ? titles.has(plain) : dotless.has(plain);
}

/** "Ph.D", "S.Kom.", "MT": a degree; "Budi" of "Santoso, Budi": none. */
const isDegree = (part: string): boolean => /\.|^\p{Lu}{2,5}$/u.test(part.trim());

/**
 * A name without titles and degrees: "Prof. Dr. Ir. Siti Rahmawati, M.T., Ph.D." is Siti Rahmawati,
 * and stands among those with S. What is nothing but titles stays whole.
 */
export function plainName(name: string): string {
  const parts = name.split(',');
  while (parts.length > 1 && isDegree(parts.at(-1) ?? '')) parts.pop();
  const words = parts.join(',').trim().split(/\s+/);
  const first = words.findIndex((word) => !isTitle(word));
  const plain = words.slice(first).join(' ');
  return first < 0 || !/\p{L}/u.test(plain) ? name.trim() : plain;
}
