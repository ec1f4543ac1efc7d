// SPDX-License-Identifier: Apache-2.0
// Packs the telephone of sip/ as @dering/phone: one module of ECMAScript for each file, with its types, so that
// whoever reads it reads what is in sip/. Prints the path of the tarball, which lies in sip/dist/, or in
// the folder that is named.
import { execFileSync } from 'node:child_process';
import { copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const web = join(import.meta.dirname, '..');
const home = join(web, 'sip');
const dist = resolve(process.argv[2] ?? join(home, 'dist'));

rmSync(dist, { recursive: true, force: true });
const tsc = join(web, 'node_modules/typescript/bin/tsc');
const project = join(home, 'tsconfig.package.json');
execFileSync(process.execPath, [tsc, '-p', project, '--outDir', dist], { stdio: 'inherit' });

// Browsers and Node want the whole name of a file.
for (const name of readdirSync(dist)) {
  const text = readFileSync(join(dist, name), 'utf8')
    .replaceAll(/(\bfrom |\bimport\()(['"])(\.\/\w+)\2/g, '$1$2$3.js$2')
    .replaceAll(/(new URL\('\.\/\w+)\.ts'/g, "$1.js'");
  writeFileSync(join(dist, name), text);
}

const { version, dependencies } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'));
const description = {
  name: '@dering/phone',
  version,
  description:
    'A SIP telephone for web pages, without a face: Dering by token, Asterisk by password',
  license: 'Apache-2.0',
  type: 'module',
  sideEffects: ['./timer_worker.js'],
  exports: { '.': { types: './index.d.ts', default: './index.js' } },
  files: ['*.js', '*.d.ts'],
  dependencies,
};
writeFileSync(join(dist, 'package.json'), `${JSON.stringify(description, null, 2)}\n`);
copyFileSync(join(home, 'README.md'), join(dist, 'README.md'));
copyFileSync(join(web, '../LICENSE'), join(dist, 'LICENSE'));
const packed = execFileSync('npm', ['pack', '--json', '--offline'], {
  cwd: dist,
  encoding: 'utf8',
});
console.log(join(dist, JSON.parse(packed)[0].filename));
