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
import { Asterisk, noAsterisk } from '../support/asterisk.mjs';
import { startDering } from '../support/dering.mjs';
import { signIn } from '../support/sign_in.mjs';

const run = promisify(execFile);
const here = dirname(fileURLToPath(import.meta.url));
const scenarios = join(here, 'sipp');
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

/** Each starts a program that registers as the device and stays; gives its process. */
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
  Asterisk: (port, account) => startAsterisk(port, account),
  'Asterisk set to SHA-256': (port, account) => startAsterisk(port, account, 'SHA-256,MD5'),
  'SIP.js over UDP': (port, account) => startSipJs('udp', port, account),
  'SIP.js over TCP': (port, account) => startSipJs('tcp', port, account),
};

async function startAsterisk(port, { extension, device }, algorithms) {
  const asterisk = await Asterisk.start({ username: extension, authname: device, password, server: '127.0.0.1', port }, algorithms);
  folders.push(asterisk.folder);
  return asterisk.child;
}

function startSipJs(transport, port, { extension, device }) {
  const phone = { transport, user: extension, device, password, port };
  return spawn(process.execPath, [join(here, '../support/sipjs_phone.mjs'), JSON.stringify(phone)], { stdio: ['ignore', 'pipe', 'pipe'] });
}

const missing = (file) => (existsSync(file) ? undefined : `${file} is not installed`);
/** Why a program cannot be tried on this machine. */
const lacking = {
  baresip: missing('/usr/bin/baresip'),
  linphone: missing('/usr/bin/linphonec'),
  SIPp: missing('/usr/bin/sipp'),
  Asterisk: noAsterisk,
  'Asterisk set to SHA-256': noAsterisk,
};

/**
 * Per program: whether it signs in with a new credential, with an old one of MD5 alone, and where no MD5 is
 * taken; and what it says when it gives up.
 */
const table = {
  baresip: { expected: [true, true, false], givesUp: /Function not implemented|reg error/ },
  linphone: { expected: [true, false, true], givesUp: /Password for/ },
  SIPp: { expected: [true, true, false], givesUp: /must use MD5/ },
  // As it comes it takes MD5 alone; yet where two are offered it answers the first, and does it rightly.
  Asterisk: { expected: [true, false, false], givesUp: /Fatal response '401'|No auth objects matching/ },
  'Asterisk set to SHA-256': { expected: [true, false, true], givesUp: /Fatal response '401'/ },
  // It reads the last challenge alone.
  'SIP.js over UDP': { expected: [true, true, false], givesUp: /"event":"refused"/ },
  'SIP.js over TCP': { expected: [true, true, false], givesUp: /"event":"refused"/ },
};

/** 'signs in', 'gives up', or else 'neither' within the time; and what the program said. */
async function outcomeOf(name, dering, account, seconds = 40) {
  const child = await programs[name](dering.ports.sip, account);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text));
  const gone = new Promise((resolve) => child.once('exit', resolve));
  let outcome = 'neither';
  for (const end = Date.now() + seconds * 1000; Date.now() < end && outcome === 'neither'; ) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    if (await isRegistered(dering, account)) outcome = 'signs in';
    else if (table[name].givesUp.test(output)) outcome = 'gives up';
  }
  child.kill('SIGKILL');
  await gone;
  return { outcome, output };
}

async function isRegistered(dering, { extension, token }) {
  const answer = await fetch(`${dering.http}/api/v1/directory`, { headers: { Authorization: `Bearer ${token}` } });
  const { people } = await answer.json();
  return people.find((person) => person.extension === extension).presence === 'available';
}

async function withAccounts(options, use) {
  let dering = await startDering(options);
  const accounts = {};
  for (const [i, name] of Object.keys(programs).entries()) {
    const extension = String(2001 + i);
    const username = name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
    const device = `${username}-phone`;
    accounts[name] = { ...(await dering.addAccount(username, { extension })), device };
    await dering.addDevice(username, device, password);
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

for (const [column, [kind, options]] of [
  ['a new credential', {}],
  ['an old credential of MD5 alone', { areOld: true }],
  ['a switchboard that takes no MD5', { sip: 'md5 = false\n' }],
].entries()) {
  test(`AT8 ${kind}`, { timeout: 90_000, concurrency: true }, async (t) => {
    await withAccounts(options, async (dering, accounts) => {
      await Promise.all(
        Object.entries(table).map(([name, { expected }]) => {
          const right = expected[column] ? 'signs in' : 'gives up';
          return t.test(`${kind}: ${name} ${right}`, { skip: lacking[name] }, async () => {
            const { outcome, output } = await outcomeOf(name, dering, accounts[name]);
            assert.equal(outcome, right, `${output}\n${dering.log.join('')}`);
          });
        }),
      );
    });
  });
}
