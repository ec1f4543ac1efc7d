// What ./run and ./test do before anything is built: tools/setup.sh and tools/compile.sh, with programs
// of this machine replaced by a few lines of shell.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const tools = join(dirname(fileURLToPath(import.meta.url)), '../../tools');

/** A folder with programs of its own before all others; `shell` runs a script that knows setup.sh. */
async function place(t, programs = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'dering-setup-'));
  t.after(() => rm(folder, { recursive: true }));
  await mkdir(join(folder, 'bin'));
  for (const [name, text] of Object.entries(programs)) {
    await writeFile(join(folder, 'bin', name), `#!/bin/sh\n${text}\n`);
    await chmod(join(folder, 'bin', name), 0o755);
  }
  const shell = (script, env = {}) => {
    const PATH = `${join(folder, 'bin')}:${process.env.PATH}`;
    const settings = { cwd: folder, env: { ...process.env, DERING_WARNINGS: '', TMPDIR: folder, PATH, ...env } };
    return new Promise((resolve) =>
      execFile('bash', ['-c', `set -euo pipefail; . ${tools}/setup.sh; ${script}`], settings, (fault, out, error) =>
        resolve({ code: fault?.code ?? 0, out, error }),
      ),
    );
  };
  return { folder, shell, text: (name) => readFile(join(folder, name), 'utf8') };
}

const forUsers = { DERING_WARNINGS: 'shown' };
const compile = `CCACHE_DISABLE=1 ${tools}/compile.sh g++ -Wall -Werror -c warns.cpp -o warns.o`;

test('a warning of the compiler is shown to users and stops developers', async (t) => {
  const { folder, shell, text } = await place(t);
  await writeFile(join(folder, 'warns.cpp'), 'int main() { int unused; }\n');
  const user = await shell(compile, forUsers);
  assert.equal(user.code, 0, user.error);
  assert.match(user.error, /warning: unused variable/);
  assert.equal(await text('warned'), 'warns.o\n');
  const developer = await shell(compile);
  assert.equal(developer.code, 1);
  assert.match(developer.error, /error: unused variable/);
});

test('an error of the compiler stops users too', async (t) => {
  const { folder, shell } = await place(t);
  await writeFile(join(folder, 'warns.cpp'), 'int main() { return nothing; }\n');
  const user = await shell(compile, forUsers);
  assert.equal(user.code, 1);
  assert.match(user.error, /error: .*nothing/);
  assert.ok(!existsSync(join(folder, 'warned')));
});

/** The places where cmake was called, with what arguments; `fails` times it fails. */
const cmake = (fails = 0) => ({
  cmake: `echo "$@" >>calls; [ "$(wc -l <calls)" -gt ${fails} ]`,
});
const folderOfBefore = async (folder, cache) => {
  await mkdir(join(folder, 'build/release'), { recursive: true });
  await writeFile(join(folder, 'build/release/CMakeCache.txt'), cache);
};

test('./run does not look for what only tests need, and ./test does', async (t) => {
  const { shell, text } = await place(t, cmake());
  await shell('configure . release', forUsers);
  await shell('configure . release');
  assert.deepEqual((await text('calls')).match(/DERING_TESTS=\w+/g), ['DERING_TESTS=OFF', 'DERING_TESTS=ON']);
});

test('./run leaves the tests that ./test built in the build folder', async (t) => {
  const { folder, shell, text } = await place(t, cmake());
  await folderOfBefore(folder, 'DERING_TESTS:BOOL=ON\n');
  await shell('configure . release', forUsers);
  assert.match(await text('calls'), /DERING_TESTS=ON/);
});

test('a build folder of an older Dering is configured without tests, and anew when it is of no use', async (t) => {
  const { folder, shell, text } = await place(t, cmake(1));
  await folderOfBefore(folder, 'GTest_DIR:PATH=/usr/lib\n');
  assert.equal((await shell('configure . release', forUsers)).code, 0);
  const [first, second] = (await text('calls')).trim().split('\n');
  assert.match(first, /DERING_TESTS=OFF/);
  assert.match(second, /--fresh .*DERING_TESTS=OFF/);
});

test('tests whose libraries are half removed do not stop ./run', async (t) => {
  const { folder, shell, text } = await place(t, cmake(1));
  await folderOfBefore(folder, 'DERING_TESTS:BOOL=ON\n');
  assert.equal((await shell('configure . release', forUsers)).code, 0);
  assert.match(await text('calls'), /DERING_TESTS=ON\n.*--fresh.*DERING_TESTS=OFF\n$/);
});

test('what cannot be configured in a new folder is a failure at once', async (t) => {
  const { shell, text } = await place(t, cmake(9));
  assert.notEqual((await shell('configure . release', forUsers)).code, 0);
  assert.equal((await text('calls')).trim().split('\n').length, 1);
});

test('an object that came with a warning under ./run is compiled again under ./test', async (t) => {
  const { folder, shell } = await place(t, cmake());
  const build = join(folder, 'build/release');
  await folderOfBefore(folder, 'DERING_TESTS:BOOL=ON\n');
  for (const name of ['warns.o', 'clean.o']) await writeFile(join(build, name), '');
  await writeFile(join(build, 'warned'), 'warns.o\n');
  await shell('configure . release', forUsers);
  assert.ok(existsSync(join(build, 'warns.o')));
  await shell('configure . release');
  assert.deepEqual(['warns.o', 'clean.o', 'warned'].map((name) => existsSync(join(build, name))), [false, true, false]);
});

const installed = (packages) => ({
  'dpkg-query': `for name; do :; done; case $name in ${packages.map(([name, version]) => `${name}) echo "installed ${version}" ;;`).join(' ')} gone) echo "config-files 1" ;; *) exit 1 ;; esac`,
});

test('a dependency is met by one of its alternatives, if its version is high enough', async (t) => {
  const { shell } = await place(t, installed([['libboost-dev', '1.74.0.3'], ['libfmt-dev', '9.1']]));
  const is = async (dependency) => (await shell(`is_installed '${dependency}'`)).code === 0;
  assert.equal(await is('libfmt-dev'), true);
  assert.equal(await is('libboost-dev'), true);
  assert.equal(await is('libboost-dev (>= 1.74)'), true);
  assert.equal(await is('libboost-dev (>= 1.81)'), false);
  assert.equal(await is('libboost-dev (>= 1.81) | libboost1.81-dev'), false);
  assert.equal(await is('libboost1.81-dev | libboost-dev (>= 1.70)'), true);
  assert.equal(await is('gone'), false);
  assert.equal(await is('libssl-dev'), false);
});

const apt = `echo "$@" >>calls; case "$*" in *" -s "*) echo "Remv libboost1.74-dev [1.74.0]"; echo "Inst libboost1.81-dev" ;; esac`;

test('only what is missing is installed, and what must go for it is named', async (t) => {
  const { folder, shell, text } = await place(t, { ...installed([['cmake', '3.25'], ['libboost-dev', '1.74']]), 'apt-get': apt, id: 'echo 0', npm: '' });
  await writeFile(join(folder, 'list'), '# a comment\ncmake\nlibboost-dev (>= 1.81) | libboost1.81-dev  # why\n\n');
  const { code, out } = await shell('install_packages list');
  assert.equal(code, 0);
  assert.match(out, /^Installing Debian packages: libboost-dev \(>= 1\.81\) \| libboost1\.81-dev\nThis removes .*: libboost1\.74-dev\n/);
  const calls = (await text('calls')).trim().split('\n');
  assert.equal(calls[0], 'update');
  assert.match(calls.at(-1), /^satisfy -y .* libboost-dev \(>= 1\.81\) \| libboost1\.81-dev$/);
});

test('what apt cannot install is one sentence with the place of its own words', async (t) => {
  const { folder, shell } = await place(t, { ...installed([]), 'apt-get': 'echo why not; [ "$1" = update ]', id: 'echo 0', npm: '' });
  await writeFile(join(folder, 'list'), 'cmake\n');
  const { code, error } = await shell('install_packages list');
  assert.equal(code, 1);
  const [, log] = error.match(/^dering: these packages could not be installed: cmake \(apt's own words: (.*)\)\n$/);
  assert.match(await readFile(log, 'utf8'), /why not/);
});

test('nothing is asked of apt where all is there', async (t) => {
  const { folder, shell } = await place(t, { ...installed([['cmake', '3.25']]), 'apt-get': apt, npm: '' });
  await writeFile(join(folder, 'list'), 'cmake\n');
  assert.equal((await shell('install_packages list')).code, 0);
  assert.ok(!existsSync(join(folder, 'calls')));
});

test('what root built before is told to another user at once', async (t) => {
  const { folder, shell } = await place(t);
  await mkdir(join(folder, 'build'));
  await chmod(folder, 0o755);
  const asNobody = process.getuid() === 0 ? 'setpriv --reuid=65534 --clear-groups' : 'env';
  if (process.getuid() !== 0) await chmod(join(folder, 'build'), 0o555);
  const { code, error } = await shell(`${asNobody} bash --norc -c '. "$1"; expect_writable build missing' - ${tools}/setup.sh`);
  assert.equal(code, 1);
  assert.match(error, /^dering: build belongs to \w+: go on as that user, or remove it first\.\n$/);
  assert.equal((await shell('chmod 755 build; expect_writable build missing')).code, 0);
});

test('every suite of tests/ belongs to a script of its package.json', async () => {
  const root = join(tools, '../tests');
  const scripts = Object.values(JSON.parse(await readFile(join(root, 'package.json'), 'utf8')).scripts).join(' ').split(' ');
  const patterns = scripts.filter((word) => word.endsWith('.test.mjs')).map((word) => new RegExp(`^${word.replaceAll('.', '\\.').replaceAll('*', '[^/]*')}$`));
  const files = [];
  for (const folder of await readdir(root, { withFileTypes: true })) {
    if (!folder.isDirectory() || ['node_modules', 'setup'].includes(folder.name)) continue;
    for (const name of await readdir(join(root, folder.name))) if (name.endsWith('.test.mjs')) files.push(`${folder.name}/${name}`);
  }
  assert.deepEqual(files.filter((file) => !patterns.some((pattern) => pattern.test(file))), []);
});
