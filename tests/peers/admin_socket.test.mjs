// The command line as administrators use it: over the socket of the running dering, and on the data folder
// where none runs; and passwords that nobody else gets to see.
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { program, startDering } from '../support/dering.mjs';
import { JsSipPhone } from '../support/jssip_phone.mjs';
import { signIn } from '../support/sign_in.mjs';

let dering, siti;
before(async () => {
  dering = await startDering();
  siti = await dering.addAccount('siti', { extension: '1001' });
});
after(() => dering?.stop());

const socketOf = (data) => join(data, 'api.sock');
/** One request over the socket as any program of this user could make it. */
const ask = (path, { method = 'GET', headers = {}, body, socket = socketOf(dering.data) } = {}) =>
  new Promise((resolve, reject) => {
    const asked = request({ socketPath: socket, path, method, headers: { 'Content-Type': 'application/json', ...headers } }, async (response) => {
      let text = '';
      for await (const piece of response.setEncoding('utf8')) text += piece;
      resolve({ status: response.statusCode, text });
    });
    asked.on('error', reject).end(body);
  });
/** A command to its end: { code, output, error }. */
const runs = (args, { input = '', data = dering.data } = {}) =>
  new Promise((resolve) => {
    const child = execFile(program, [...args, '--data', data], { timeout: 10_000 }, (fault, output, error) => resolve({ code: fault?.code ?? 0, output, error }));
    child.stdin.end(input);
  });

test('the socket is for this user alone, and whoever opens it is an administrator without a token', async () => {
  assert.equal(statSync(socketOf(dering.data)).mode & 0o7777, 0o600);
  assert.equal((await ask('/api/v1/accounts')).status, 200);
  assert.equal((await ask('/api/v1/accounts', { headers: { Authorization: 'Bearer nonsense' } })).status, 200);
  assert.equal((await fetch(`${dering.http}/api/v1/accounts`)).status, 401);
  assert.equal((await ask('/')).status, 404);
  assert.equal((await ask('/ws/sip', { headers: { Upgrade: 'websocket', Connection: 'Upgrade' } })).status, 404);
});

test('IP10: the status is of the moment in which it is asked', async () => {
  const phone = new JsSipPhone(dering.http, '1001', (await signIn(dering.http, siti)).access_token);
  assert.equal((await dering.status()).bindings, 0);
  await phone.start();
  const status = await dering.status();
  assert.equal(status.bindings, 1, 'a registration that was answered is counted at once');
  assert.ok(Math.abs(status.at - Date.now() / 1000) < 2);
  assert.match(await dering.command('status'), /^time +\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d{4}$/m);
  await phone.stop();
});

test('a second dering on the same data folder is refused, and what a killed one left behind is no hindrance', async () => {
  const { code, error } = await runs(['run', '--no-demo']);
  assert.equal(code, 1);
  assert.match(error, /^dering: another dering already runs on the data folder /m);
  assert.ok(existsSync(socketOf(dering.data)));

  const first = await startDering();
  await first.kill();
  assert.ok(existsSync(socketOf(first.data)));
  assert.match((await runs(['status'], { data: first.data })).error, /no dering runs on the data folder/);
  const second = await startDering({ folder: first.folder, ports: first.ports });
  await second.stop({ keep: true });
  assert.ok(!existsSync(socketOf(first.data)));
  await rm(first.folder, { recursive: true });
});

test('accounts are made and changed the same whether a dering runs or not', { timeout: 60_000 }, async () => {
  const other = await startDering();
  const verbs = async (name) => {
    const made = await runs(['account', 'add', name, '--name', `Rara "${name}"`], { data: other.data });
    assert.match(made.output, new RegExp(`^\\d+ ${name} password [a-z2-9!]{16}\n$`));
    assert.equal((await runs(['account', 'role', name, 'operator'], { data: other.data })).code, 0);
    assert.equal((await runs(['account', 'disable', name], { data: other.data })).code, 0);
    const device = await runs(['account', 'device', name, `${name}-desk`, '--made-up'], { data: other.data });
    assert.match(device.output, new RegExp(`^${name}-desk password [a-z2-9!]{16}\n$`));
    assert.match((await runs(['account', 'list'], { data: other.data })).output, new RegExp(`^\\d+ +${name} +operator +Rara "${name}" \\(disabled\\)$`, 'm'));
    for (const odd of ['no body', 'a/b', '../x', '..', '\x1b[2J', 'é', '"']) {
      const refused = await runs(['account', 'role', odd, 'user'], { data: other.data });
      assert.equal(refused.code, 1, odd);
      assert.match(refused.error, /^dering: (a user name has|there is no user)/, odd);
    }
    assert.match((await runs(['account', 'role', 'nobody', 'user'], { data: other.data })).error, /there is no user nobody/);
  };
  await verbs('running');
  await other.stop({ keep: true });
  await verbs('alone');
  const back = await startDering({ folder: other.folder, ports: other.ports });
  assert.match(await back.command('account', 'list'), /alone[^]*running/);
  await back.stop();
});

test('reload and sign-out are verbs; the latter ends all sign-ins of somebody', async () => {
  await dering.command('reload');
  const token = (await signIn(dering.http, siti)).access_token;
  const me = async () => (await fetch(`${dering.http}/api/v1/me`, { headers: { Authorization: `Bearer ${token}` } })).status;
  assert.equal(await me(), 200);
  await dering.command('account', 'sign-out', 'siti');
  assert.equal(await me(), 401);
  assert.match((await runs(['account', 'sign-out', 'nobody'])).error, /there is no user nobody/);
});

test('AT11: a password comes from standard input, and one that is too easy is refused', async () => {
  assert.equal((await runs(['account', 'password', 'siti'], { input: 'seven bamboo chairs\n' })).code, 0);
  siti.password = 'seven bamboo chairs';
  await signIn(dering.http, siti);
  for (const [input, word] of [['', /no password came/], ['elevenchars\n', /at least 12 characters/], ['PassWordPassword\n', /tried first/]]) {
    const refused = await runs(['account', 'password', 'siti'], { input });
    assert.equal(refused.code, 1);
    assert.match(refused.error, word);
    assert.ok(!input.trim() || !refused.error.includes(input.trim()), 'a password is not repeated');
  }
  const seen = await runs(['account', 'password', 'siti', '--password', 'another bamboo chair']);
  assert.match(seen.error, /can be read by everybody/);
  siti.password = 'another bamboo chair';
  assert.doesNotMatch((await runs(['account', 'password', '--help'])).output, /--password/);
  assert.ok(!dering.log.join('').includes('bamboo'), 'nor is it in the log');
});

// What waits for a word when its test has failed would keep this program from its end.
const terminals = [];
after(() => terminals.forEach((child) => child.kill()));

/** A command on a terminal of its own: what it shows, and its end. */
function onTerminal(command) {
  const child = spawn('script', ['-qec', command, '/dev/null'], { stdio: ['pipe', 'pipe', 'ignore'] });
  terminals.push(child);
  let shown = '';
  child.stdout.setEncoding('utf8').on('data', (text) => (shown += text));
  const shows = async (pattern) => {
    const deadline = Date.now() + 10_000;
    while (!pattern.test(shown)) {
      if (Date.now() > deadline) throw new Error(`the terminal does not show ${pattern}: ${shown}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  const ended = once(child, 'exit').then(([code]) => ({ code, shown }));
  return { type: (text) => child.stdin.write(text), shows, ended };
}

test('AT11: on a terminal a password is asked twice and not shown', { timeout: 30_000 }, async () => {
  const terminal = onTerminal(`${program} account password siti --data ${dering.data}`);
  await terminal.shows(/New password: /);
  terminal.type('blue kites over rice\n');
  await terminal.shows(/The same again: /);
  terminal.type('blue kites over rice\n');
  const { code, shown } = await terminal.ended;
  assert.equal(code, 0, shown);
  assert.ok(!shown.includes('kites'), shown);
  siti.password = 'blue kites over rice';
  await signIn(dering.http, siti);

  const differs = onTerminal(`${program} account password siti --data ${dering.data}`);
  await differs.shows(/New password: /);
  differs.type('blue kites over rice\n');
  await differs.shows(/The same again: /);
  differs.type('red kites over rice\n');
  assert.match((await differs.ended).shown, /the two passwords differ/);
});

test('AT11: Ctrl-C at the question leaves a terminal that shows what is typed', { timeout: 30_000 }, async () => {
  const terminal = onTerminal(`sh -c 'trap : INT; ${program} account password siti --data ${dering.data}; stty -a'`);
  await terminal.shows(/New password: /);
  terminal.type('\x03');
  const { shown } = await terminal.ended;
  assert.match(shown, / echo\b/);
  assert.doesNotMatch(shown, / -echo\b/);
});

test('AT11: demo passwords are printed at the first start and never again, and no file keeps them', { timeout: 60_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'dering-demo-'));
  const data = join(folder, 'var');
  const start = async () => {
    const args = ['run', '--data', data, '--web', folder, '--port', '0', '--https-port', '0', '--sip-port', '0', '--media-port', '0'];
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let shown = '';
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (shown += text));
    while (!shown.includes('Ctrl-C stops everything')) await once(child.stdout, 'data');
    child.kill('SIGTERM');
    await once(child, 'exit');
    return shown;
  };
  const first = await start();
  const passwords = [...first.matchAll(/^ +\d{4} +(siti|budi|ayu) +(\S{16})$/gm)].map((match) => match[2]);
  assert.equal(passwords.length, 3, first);
  const second = await start();
  assert.doesNotMatch(second, /Demo accounts|siti/);
  const files = readdirSync(data, { withFileTypes: true }).filter((entry) => entry.isFile());
  for (const { name } of files) {
    const bytes = readFileSync(join(data, name));
    for (const password of passwords) assert.ok(!bytes.includes(password), `${name} keeps a password`);
  }
  const renewed = await runs(['account', 'password', 'siti', '--made-up'], { data });
  assert.match(renewed.output, /^siti password \S{16}\n$/);
  await rm(folder, { recursive: true });
});
