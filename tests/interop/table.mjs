// docs/interop.md: what the tests saw, each in a part of its own.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

const root = new URL('../..', import.meta.url).pathname;
const laterPart = /^## Transfers$/m;

/** Of the text that is there, the part of pairs.test.mjs (`first`) or that of transfers.test.mjs (`later`) is replaced. */
async function replaceIn(path, { first, later }) {
  const old = await readFile(path, 'utf8').catch(() => '');
  const at = laterPart.exec(old)?.index ?? old.length;
  const parts = [first ?? old.slice(0, at), later ?? old.slice(at)];
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, parts.map((part) => part.trim()).filter(Boolean).join('\n\n') + '\n');
}
const paths = ['build/interop.md', ...(process.env.DERING_WRITE ? ['docs/interop.md'] : [])];
let written = Promise.resolve();
/** Into build/, and into docs/ with DERING_WRITE=1; one after the other, when tests run side by side. */
export const write = (parts) => (written = written.then(() => Promise.all(paths.map((path) => replaceIn(join(root, path), parts)))));

export const row = (cells) => `| ${cells.join(' | ')} |`;
export const rule = (cells) => row(cells.map(() => '---'));

export const steps = ['call', 'answer', 'hold', 'resume', 'keys', 'hang up'];

const head = `# Which phones talk to each other

Written by \`tests/interop/pairs.test.mjs\` from what it saw: each calls each of the others, the other answers
and they hear each other's tone; the caller holds (the other no longer hears it) and resumes; the caller presses
a key and the other gets it; the other hangs up. "–" is what the program cannot be told to do. Between two
pages keys are not tried: the call is sealed, and a browser plays them or not. SIP.js is somebody else's page of another
origin, with a token; it sends keys by INFO. SIPp plays its sound from captures and goes on when the test tells it.
`;

/** `results`: { from, to, [step]: 'yes' or 'failed' }. */
export function tableOf(kinds, results) {
  const phones = kinds.map(({ name, version, transport, skip, cannot }) =>
    row([name, version, transport, skip || Object.entries(cannot).map(([what, why]) => `${what}: ${why}`).join('; ')]),
  );
  const pairs = results.map((result) => row([result.from, result.to, ...steps.map((step) => result[step] ?? '–')]));
  return [
    head,
    '## Phones\n',
    row(['phone', 'version', 'signalling', '']),
    rule(['phone', 'version', 'signalling', '']),
    ...phones,
    '\n## Pairs\n',
    row(['caller', 'called', ...steps]),
    rule(['caller', 'called', ...steps]),
    ...pairs,
    '',
  ].join('\n');
}
