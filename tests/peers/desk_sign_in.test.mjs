// Which program signs in by which digest (AT8): baresip, linphone, SIPp, Asterisk and SIP.js against
// credentials of both algorithms, old ones of MD5 alone, and a switchboard that takes no MD5.
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startDering } from '../support/dering.mjs';
import { signIn } from '../support/sign_in.mjs';

const run = promisify(execFile);
const scenarios = join(dirname(fileURLToPath(import.meta.url)), 'sipp');
const password = 'device-secret-1';
const folders = [];
after(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

async function newFolder() {
  const folder = await mkdtemp(join(tmpdir(), 'dering-desk-'));
  folders.push(folder);
  return folder;
}

/** Each starts a program that registers as the device and stays. */
const programs = {
  baresip: async (port, { extension, device }) => {
    const folder = await newFolder();
    await writeFile(join(folder, 'config'), 'sip_listen 127.0.0.1:0\nmodule_path /usr/lib/baresip/modules\nmodule_app account.so\nmodule_app menu.so\n');
    await writeFile(join(folder, 'accounts'), `<sip:${extension}@127.0.0.1:${port}>;auth_user=${device};auth_pass=${password};regint=600\n`);
    await writeFile(join(folder, 'contacts'), '');
    return spawn('baresip', ['-f', folder], { stdio: ['pipe', 'pipe', 'pipe'] });
  },
  linphone: async (port, { extension, device }) => {
    const folder = await newFolder();
    await mkdir(join(folder, '.local/share/linphone'), { recursive: true });
    await writeFile(
      join(folder, 'rc'),
      ['[sip]', 'sip_port=-1', 'sip_tcp_port=0', 'sip_tls_port=0', 'default_proxy=0', '[net]', 'mtu=1300', '[auth_info_0]', `username=${extension}`, `userid=${device}`, `passwd=${password}`, 'realm=dering', '[proxy_0]', `reg_proxy=<sip:127.0.0.1:${port}>`, `reg_identity=sip:${extension}@127.0.0.1`, 'reg_expires=600', 'reg_sendregister=1', 'publish=0', ''].join('\n'),
    );
    return spawn('linphonec', ['-c', join(folder, 'rc')], { env: { ...process.env, HOME: folder }, stdio: ['pipe', 'pipe', 'pipe'] });
  },
  SIPp: async (port, { extension, device }) => {
    const folder = await newFolder();
    return spawn(
      'sipp',
      [`127.0.0.1:${port}`, '-i', '127.0.0.1', '-t', 'u1', '-nostdin', '-sf', join(scenarios, 'phone.xml'), '-key', 'extension', extension, '-au', device, '-ap', password, '-m', '1', '-aa'],
      { cwd: folder, env: { ...process.env, TERM: 'dumb' }, stdio: ['pipe', 'pipe', 'pipe'] },
    );
  },
};
const executable = { baresip: '/usr/bin/baresip', linphone: '/usr/bin/linphonec', SIPp: '/usr/bin/sipp' };

/** { is, output }: whether the program says within the time that it is registered. */
async function registers(dering, start, account, seconds) {
  const child = await start(dering.ports.sip, account);
  const output = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes) => output.push(bytes));
  const gone = new Promise((resolve) => child.once('exit', resolve));
  const is = await isRegistered(dering, account, seconds);
  child.kill('SIGKILL');
  await gone;
  return { is, output: Buffer.concat(output).toString() };
}

async function isRegistered(dering, { extension, token }, seconds) {
  for (const end = Date.now() + seconds * 1000; Date.now() < end; ) {
    const answer = await fetch(`${dering.http}/api/v1/directory`, { headers: { Authorization: `Bearer ${token}` } });
    const { people } = await answer.json();
    if (people.find((person) => person.extension === extension).presence === 'available') return true;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return false;
}

/** The strongest algorithm that each knows. Who knows SHA-256 takes it, as it is offered first. */
const knows = { baresip: 'MD5', linphone: 'SHA-256', SIPp: 'MD5' };

async function withAccounts(options, use) {
  let dering = await startDering(options);
  const accounts = {};
  for (const [i, name] of Object.keys(programs).entries()) {
    const extension = String(2001 + i);
    const device = `${name.toLowerCase()}-phone`;
    accounts[name] = { ...(await dering.addAccount(name.toLowerCase(), { extension })), device };
    await dering.addDevice(name.toLowerCase(), device, password);
  }
  if (options.areOld) dering = await withOldCredentials(dering, options);
  for (const account of Object.values(accounts)) account.token = (await signIn(dering.http, account)).access_token;
  try {
    await use(dering, accounts);
  } finally {
    await dering.stop();
  }
}

/** As credentials were that had been made for MD5 alone. */
async function withOldCredentials(dering, options) {
  await dering.stop({ keep: true });
  const change = "UPDATE device_credentials SET ha1_sha256 = '', algorithm = 'MD5'";
  const code = `import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute(sys.argv[2]); c.commit()`;
  await run('python3', ['-c', code, join(dering.data, 'dering.db'), change]);
  return startDering({ ...options, folder: dering.folder });
}

const present = Object.entries(programs).filter(([name]) => existsSync(executable[name]));
for (const name of Object.keys(programs)) {
  if (!existsSync(executable[name])) console.log(`left out: ${name}, as ${executable[name]} is not installed`);
}
console.log('left out: Asterisk, as Debian 12 has no package of it');
console.log('left out: SIP.js, as it speaks WebSocket alone, where tokens sign in and digests do not');

for (const [column, options, signsIn] of [
  ['a new credential', {}, () => true],
  ['an old credential of MD5 alone', { areOld: true }, (name) => knows[name] === 'MD5'],
  ['a switchboard that takes no MD5', { sip: 'md5 = false\n' }, (name) => knows[name] === 'SHA-256'],
]) {
  test(`AT8 ${column}: who knows its algorithm signs in`, { timeout: 90_000 }, async (t) => {
    await withAccounts(options, async (dering, accounts) => {
      await Promise.all(
        present.map(async ([name, start]) => {
          const { is, output } = await registers(dering, start, accounts[name], signsIn(name) ? 15 : 3);
          t.diagnostic(`${name}: ${is ? 'signs in' : 'does not'}`);
          assert.equal(is, signsIn(name), `${name}\n${output}\n${dering.log.join('')}`);
        }),
      );
    });
  });
}
