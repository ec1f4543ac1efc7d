// SPDX-License-Identifier: Apache-2.0
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import en from '../i18n/en.json';
import id from '../i18n/id.json';

const folder = import.meta.dirname;
const mostBytes = 30_000;

/** Of font.css, from which the font is made. */
function covered(): (letter: string) => boolean {
  const css = readFileSync(join(folder, 'font.css'), 'utf8');
  const ranges = [...css.matchAll(/U\+([\dA-F]+)(?:-([\dA-F]+))?/g)].map(([, first, last]) => [
    parseInt(first ?? '', 16),
    parseInt(last ?? first ?? '', 16),
  ]);
  return (letter) => {
    const code = letter.codePointAt(0) ?? 0;
    return ranges.some(([first = 0, last = 0]) => code >= first && code <= last);
  };
}

test('all that both languages say is written in the font, and most names', () => {
  const isCovered = covered();
  const said = [...JSON.stringify([en, id]), ...'0123456789:·–—×“”‘’…Éñöü'];
  expect([...new Set(said)].filter((letter) => !isCovered(letter))).toEqual([]);
  expect(isCovered('ع')).toBe(false);
});

test('it is small, and its licence lies beside it', () => {
  expect(statSync(join(folder, 'inter.woff2')).size).toBeLessThanOrEqual(mostBytes);
  expect(readFileSync(join(folder, 'inter.OFL.txt'), 'utf8')).toContain('SIL Open Font License');
});
