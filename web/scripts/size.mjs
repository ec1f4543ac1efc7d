// SPDX-License-Identifier: Apache-2.0
// Refuses a build that makes people wait: JavaScript before the sign-in, in the .gz files that are
// sent to a browser without Brotli; and the signalling library must not be part of it. What a browser
// really receives tests/browser/loading.test.mjs measures.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

const limit = 230_000;
const embedLimit = 5_000;
const dist = join(import.meta.dirname, '../phone/dist');

const page = readFileSync(join(dist, 'index.html'), 'utf8');
const first = [...page.matchAll(/(?:src|href)="\.\/(assets\/[^"]+\.js)"/g)].map(
  (match) => match[1],
);
const sizes = new Map(
  readdirSync(join(dist, 'assets'))
    .filter((name) => name.endsWith('.js'))
    .map((name) => [
      `assets/${name}`,
      { code: readFileSync(join(dist, 'assets', name)), size: sizeOf(name) },
    ]),
);

/** Of what is sent: a small file goes as it is. */
function sizeOf(name, folder = 'assets') {
  const file = join(dist, folder, name);
  return statSync(existsSync(`${file}.gz`) ? `${file}.gz` : file).size;
}

const faults = [];
let sum = 0;
for (const [name, { code, size }] of sizes) {
  const isFirst = first.includes(name);
  if (isFirst) sum += size;
  if (isFirst && code.includes('JsSIP'))
    faults.push(`${name} holds JsSIP, which has to come later`);
  console.log(`${String(size).padStart(8)} ${isFirst ? 'first' : 'later'}  ${name}`);
}
const embed = sizeOf('embed.js', '.');
console.log(`${String(embed).padStart(8)} for a portal's page, ${embedLimit} at most`);
if (embed > embedLimit) faults.push(`embed.js has ${embed} bytes, ${embedLimit} at most`);
if (first.length === 0) faults.push('index.html names no script');
if (sum > limit) faults.push(`${sum} bytes before the sign-in, ${limit} at most`);
console.log(`${String(sum).padStart(8)} before the sign-in, ${limit} at most`);
for (const fault of faults) console.error(fault);
process.exitCode = faults.length > 0 ? 1 : 0;
