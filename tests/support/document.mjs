// What a document says, to be run as it stands there.
import { readFile } from 'node:fs/promises';

const root = new URL('../../', import.meta.url);

/** All samples of a document: { kind, name, text }, by the words behind the three backticks that open them. */
export async function samplesOf(path) {
  const page = await readFile(new URL(path, root), 'utf8');
  return [...page.matchAll(/^( *)```(\w*)(?: (\S+))?\n([^]*?)^\1```$/gm)].map(([, indent, kind, name = '', text]) => ({
    kind,
    name,
    text: text.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  }));
}

/** The sample that is a file of this name. */
export async function fileIn(path, name) {
  const found = (await samplesOf(path)).filter((sample) => sample.name === name);
  if (found.length !== 1) throw new Error(`${path} holds ${found.length} samples named ${name}`);
  return found[0].text;
}

/** Every replacement must find its text: a document that was changed must not be tested as it was. */
export function replaced(text, pairs) {
  for (const [from, to] of pairs) {
    if (!text.includes(from)) throw new Error(`the text does not hold ${from}`);
    text = text.replaceAll(from, to);
  }
  return text;
}
