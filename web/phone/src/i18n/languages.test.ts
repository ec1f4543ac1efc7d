// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { outcomes } from '@dering/sip/outcome';
import { describe, expect, test } from 'vitest';
import { preferredLanguage } from '.';
import en from './en.json';
import id from './id.json';

interface Texts {
  readonly [key: string]: string | Texts;
}

function flatten(texts: Texts, prefix = ''): Map<string, string> {
  const flat = Object.entries(texts).flatMap(([key, value]): [string, string][] =>
    typeof value === 'string' ? [[prefix + key, value]] : [...flatten(value, `${prefix}${key}.`)],
  );
  return new Map(flat);
}

const english = flatten(en);
const indonesian = flatten(id);

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sources(path);
    return /(?<!\.test)\.tsx?$/.test(entry.name) ? [readFileSync(path, 'utf8')] : [];
  });
}

/** Every text in quotes or backticks that looks like a key; `${…}` stands for one part of it. */
function usedKeys(): RegExp[] {
  const sections = `${Object.keys(en).join('|')}|\\$\\{[^}]+\\}`;
  const pattern = new RegExp(`['"\`]((?:${sections})(?:\\.(?:\\w+|\\$\\{[^}]+\\}))+)['"\`]`, 'g');
  const keys = sources(join(import.meta.dirname, '..')).flatMap((text) =>
    [...text.matchAll(pattern)].map((match) => match[1] ?? ''),
  );
  return [...new Set(keys)].map(
    (key) => new RegExp(`^${key.replaceAll('.', '\\.').replace(/\$\{[^}]+\}/g, '\\w+')}$`),
  );
}

describe('the two languages', () => {
  test('have the same keys', () => {
    expect([...indonesian.keys()].toSorted()).toEqual([...english.keys()].toSorted());
  });

  test('fill in the same values', () => {
    const values = (text = '') => [...text.matchAll(/\{\{\w+\}\}/g)].map(String).toSorted();
    for (const [key, text] of english)
      expect(values(indonesian.get(key)), key).toEqual(values(text));
  });

  test('are both complete: a text is empty only where the other is', () => {
    for (const [key, text] of english) expect(indonesian.get(key) === '', key).toBe(text === '');
  });
});

test('every key that the page uses exists', () => {
  const missing = usedKeys().filter((key) => ![...english.keys()].some((name) => key.test(name)));
  expect(missing).toEqual([]);
});

test('every text is used by the page', () => {
  const used = usedKeys();
  expect([...english.keys()].filter((name) => !used.some((key) => key.test(name)))).toEqual([]);
});

test('every outcome of a call has its words', () => {
  for (const outcome of outcomes)
    expect(english.get(`outcome.${outcome}.title`), outcome).toBeTruthy();
});

test('the language is what was chosen, else what the browser wants, else English', () => {
  expect(preferredLanguage('id', ['en'])).toBe('id');
  expect(preferredLanguage(null, ['fr', 'id-ID', 'en'])).toBe('id');
  expect(preferredLanguage('xx', ['fr'])).toBe('en');
});
