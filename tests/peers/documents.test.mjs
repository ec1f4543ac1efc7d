// What documents show is typed in as it stands there: configuration into check-config, commands into a running Dering.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { program, startDering } from '../support/dering.mjs';
import { replaced, samplesOf } from '../support/document.mjs';
import { until } from '../support/jssip_phone.mjs';
import { signIn } from '../support/sign_in.mjs';

const run = promisify(execFile);
const root = new URL('../../', import.meta.url);
const inFolder = async (folder) => (await readdir(new URL(folder, root))).filter((name) => name.endsWith('.md')).map((name) => folder + name);
const documents = [...(await inFolder('docs/')), ...(await inFolder('docs/id/')), ...(await inFolder('docs/protocols/')), 'README.md', 'README.id.md'];

let folder, dering;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dering-documents-'));
  dering = await startDering();
});
after(() => Promise.allSettled([dering?.stop(), folder && rm(folder, { recursive: true })]));

describe('configuration', async () => {
  for (const document of documents) {
    const samples = (await samplesOf(document)).filter(({ kind }) => kind === 'toml');
    for (const [index, { text }] of samples.entries()) {
      test(`${document}, ${index + 1} of ${samples.length}, passes check-config`, { timeout: 60_000 }, async () => {
        const secret = join(folder, 'secret');
        await writeFile(secret, 'secret\n', { mode: 0o600 });
        const logo = join(folder, 'logo.svg');
        await writeFile(logo, '<svg xmlns="http://www.w3.org/2000/svg"/>');
        const file = join(folder, 'dering.toml');
        await writeFile(file, text.replaceAll(/\/etc\/dering\/[\w.-]*secret/g, secret).replaceAll('/etc/dering/logo.svg', logo));
        await run(program, ['check-config', '--config', file, '--data', join(folder, 'var')]);
      });
    }
  }
});

/** The commands of a sample: what follows two spaces and more tells of them. */
const commands = (text) => text.split('\n').filter((line) => line.startsWith('dering ')).map((line) => line.split(/ {2,}/)[0].match(/"[^"]*"|\S+/g).slice(1).map((word) => word.replaceAll('"', '')));

test('docs/desk-phones.md: what it types about codecs works', { timeout: 60_000 }, async () => {
  await dering.addAccount('siti', { extension: '1001' });
  await dering.addDevice('siti', '1001-abcde', 'device-secret-1');
  const [sample] = (await samplesOf('docs/desk-phones.md')).filter(({ text }) => text.startsWith('dering account devices'));
  const [devices, ask, change, back] = commands(sample.text);
  assert.match(await dering.command(...devices), /1001.*1001-abcde/);
  assert.match(await dering.command(...ask), /1001-abcde +default$/m);
  await dering.command(...change);
  assert.match(await dering.command(...ask), /1001-abcde +pcma,g722$/im);
  await dering.command(...back);
  assert.match(await dering.command(...ask), /1001-abcde +default$/m);
});

test('docs/keycloak.md: the local administrator for emergencies', { timeout: 60_000 }, async () => {
  const [sample] = (await samplesOf('docs/keycloak.md')).filter(({ text }) => text.startsWith('dering account add'));
  const [words] = commands(sample.text);
  assert.match(await dering.command(...words), /\S/);
  assert.match(await dering.command('account', 'list'), /teknisi.*Teknisi jaga/);
});

/** What a shell says to a sample. */
const shell = async (text, environment = {}) => (await run('sh', ['-ec', text], { cwd: dering.folder, env: { ...process.env, ...environment } })).stdout;

test('docs/campus-network.md: the certificate fits an address without a name', { timeout: 60_000 }, async () => {
  const [sample] = (await samplesOf('docs/campus-network.md')).filter(({ text }) => text.startsWith('curl'));
  assert.equal(await shell(replaced(sample.text, [['10.20.30.40:8443', `127.0.0.1:${dering.ports.https}`]])), 'ok\n');
});

test('docs/thesis.md: the table of one\'s own calls', { timeout: 60_000 }, async () => {
  const { access_token } = await signIn(dering.http, await dering.addAccount('ayu', { extension: '1003' }));
  const [sample] = (await samplesOf('docs/thesis.md')).filter(({ text }) => text.startsWith('curl'));
  await shell(replaced(sample.text, [['https://phone.univ.ac.id', dering.http]]), { TOKEN: access_token });
  assert.match(await readFile(join(dering.folder, 'calls.csv'), 'utf8'), /^[\w",]*mos/im);
});

test('docs/configuration.md: each command that it names works', { timeout: 60_000 }, async () => {
  const page = await readFile(new URL('docs/configuration.md', root), 'utf8');
  const named = new Set([...page.matchAll(/`dering ([^`]+)`/g)].map(([, words]) => words));
  assert.ok(named.has('reload') && named.has('status --json'), [...named].join(', '));
  // Without a configuration in the data folder, as it says at its beginning.
  for (const words of named) await dering.command(...words.split(' ')).catch((error) => assert.fail(`dering ${words}: ${error.stderr ?? error}`));
  const told = await dering.command('status');
  for (const [, counter] of page.matchAll(/shows what found no room \(`(\w+)`\)/g)) assert.match(told, new RegExp(`^\\s*${counter}`, 'm'));
  const [, waiting] = page.match(/`dering status --json` counts them\s+\(`(\w+)`\)/);
  assert.equal(typeof (await dering.status())[waiting], 'number');
});

test('docs/configuration.md: what says whether it is alive and ready', { timeout: 60_000 }, async (t) => {
  const page = await readFile(new URL('docs/configuration.md', root), 'utf8');
  const [, path, status, words] = page.match(/`GET (\/healthz)` answers `(\d+) (\w+)`/);
  const health = await fetch(dering.http + path);
  assert.deepEqual([health.status, (await health.text()).trim()], [Number(status), words]);
  let told;
  const asked = (of) => async () => (told = await fetch(`${of.http}/readyz`)).status === 200;
  await until(asked(dering), 30, 'it is not ready');

  // The sample, with an issuer on this machine, at which nobody answers.
  const [{ text }] = (await samplesOf('docs/configuration.md')).filter(({ kind }) => kind === 'json');
  const url = 'https://127.0.0.1:9/realms/univ';
  const other = await startDering({ config: `\n[[issuer]]\nurl = "${url}"\nclient_id = "dering-web"\n` });
  t.after(() => other.stop());
  const shown = JSON.parse(replaced(text, [['https://sso.univ.ac.id/realms/univ', url]]));
  const isKnown = async () => {
    await asked(other)();
    assert.equal(told.status, 503);
    told = await told.json();
    return told.engine.ok && told.issuers[0].reason;
  };
  await until(isKnown, 30, 'the issuer is not asked').catch((error) => {
    throw new Error(`${error.message}: ${JSON.stringify(told)}`);
  });
  assert.match(told.issuers[0].reason, /\w/);
  told.issuers[0].reason = '…';
  assert.deepEqual(told, shown);
});
