// fail2ban with the filter and the jail that are shipped: what it counts, and that it shuts out one address.
import assert from 'node:assert/strict';
import { execFile, execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { program } from '../support/dering.mjs';
import { until } from '../support/jssip_phone.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const filter = join(root, 'deploy/fail2ban/filter.d/dering.conf');
let folder;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dering-fail2ban-'));
});
after(() => rmSync(folder, { recursive: true, force: true }));

const run = (command, args) =>
  new Promise((resolve) => execFile(command, args, { timeout: 20_000 }, (fault, output, error) => resolve({ code: fault?.code ?? 0, output: output + error })));

/** The addresses that the filter finds in these lines. */
async function counted(...lines) {
  const file = join(folder, 'lines.log');
  writeFileSync(file, `${lines.join('\n')}\n`);
  const { output } = await run('fail2ban-regex', ['-o', 'ip', file, filter]);
  return output.trim().split('\n').filter(Boolean);
}

const head = '2026-03-01T08:15:42.123Z warning';
const line = (changes = {}) => {
  const fields = { source: '192.0.2.7', transport: 'udp', what: 'register', reason: 'wrong_password', ban: 'may', count: 1, name: 'desk-1', ...changes };
  return `${head} refused: ${Object.entries(fields).map(([name, value]) => `${name}=${value}`).join(' ')}`;
};

test('the filter counts the line of the documentation, in a file, in syslog and in the journal', async () => {
  const documented = readFileSync(join(root, 'docs/refusals.md'), 'utf8').match(/^\d{4}.* refused: .*$/m)[0];
  assert.deepEqual(await counted(documented), ['192.0.2.7']);
  assert.deepEqual(await counted(`Mar  1 08:15:42 host dering[412]: ${documented}`), ['192.0.2.7']);
  assert.deepEqual(await counted(`2026-03-01T08:15:42.123456+07:00 host dering[412]: ${documented}`), ['192.0.2.7']);
  assert.deepEqual(await counted(line({ source: '2001:db8::9', transport: 'wss', reason: 'bad_token', count: 33, name: '-' })), ['2001:db8::9']);
});

test('a friend, a source that may be forged and what is no attempt are not counted', async () => {
  for (const ban of ['friend', 'unproven', 'harmless']) assert.deepEqual(await counted(line({ ban })), [], ban);
});

test('H12: no name and no other line of the log makes the filter count another address', async () => {
  const imitation = 'refused: source=9.9.9.9 transport=udp what=register reason=wrong_password ban=may count=1 name=x';
  const written = (name) => [...Buffer.from(name)].map((byte) => (/[\w.@+:~/-]/.test(String.fromCharCode(byte)) ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`)).join('');
  for (const name of [imitation, `\n${head} ${imitation}`, `" ${imitation}`, `\x1b[2K${imitation}`, `é ${imitation}`, `x ban=may`, '%(ip)s', '<HOST>']) {
    assert.deepEqual(await counted(line({ name: written(name) })), ['192.0.2.7'], name);
    assert.deepEqual(await counted(line({ ban: 'friend', name: written(name) })), [], name);
  }
  assert.deepEqual(
    await counted(
      `2026-03-01T08:15:42.123Z info sign-in refused: user ${imitation} from 192.0.2.7`,
      `2026-03-01T08:15:42.123Z warning x ${imitation}`,
      `2026-03-01T08:15:42.123Z info ${head} ${imitation}`,
      `2026-03-01T08:15:42.123Z warning \\x0a${head} ${imitation}`,
      `${line()} ${imitation}`.replace('ban=may', 'ban=harmless'),
      '2026-03-01T08:15:42.123Z warning refused: count=12 more, without a line each',
    ),
    [],
  );
});

/** A copy of the system's fail2ban with our files and nothing else switched on. */
function configured(changes) {
  const config = join(folder, 'etc');
  cpSync('/etc/fail2ban', config, { recursive: true });
  rmSync(join(config, 'jail.d'), { recursive: true });
  mkdirSync(join(config, 'jail.d'));
  cpSync(join(root, 'deploy/fail2ban'), config, { recursive: true });
  writeFileSync(join(config, 'fail2ban.local'), '[Definition]\ndbfile = None\n');
  writeFileSync(join(config, 'jail.local'), changes);
  return config;
}

test('fail2ban takes the jail as it is shipped', async () => {
  const { code, output } = await run('fail2ban-client', ['-c', configured(''), '-d']);
  assert.equal(code, 0, output);
  assert.match(output, /\['add', 'dering', 'systemd'\]/);
  assert.match(output, /\['set', 'dering', 'maxretry', 8\]/);
  assert.doesNotMatch(output, /ERROR/);
});

test('a real fail2ban shuts out the address that tries and no other, and lets it in again', { timeout: 120_000 }, async (t) => {
  if (process.getuid() !== 0) return t.skip('needs root for a network namespace');
  const space = `dering-f2b-${process.pid}`;
  execFileSync('ip', ['netns', 'add', space]);
  const children = [];
  t.after(async () => {
    for (const child of children.toReversed()) {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      if (child.exitCode === null) child.kill('SIGTERM') && (await ended);
    }
    execFileSync('ip', ['netns', 'del', space]);
  });
  const inside = (command, args) => run('ip', ['netns', 'exec', space, command, ...args]);
  await inside('ip', ['link', 'set', 'lo', 'up']);

  const data = join(folder, 'var');
  const log = join(folder, 'dering.log');
  const start = (command, args, output) => {
    const file = openSync(output, 'a');
    const child = spawn('ip', ['netns', 'exec', space, command, ...args], { stdio: ['ignore', file, file] });
    children.push(child);
    return child;
  };
  const free = ['--port', '0', '--https-port', '0', '--sip-port', '0', '--media-port', '0'];
  start(program, ['run', '--data', data, '--web', folder, '--no-demo', ...free], log);
  const dering = async (...args) => (await run(program, [...args, '--data', data])).output;
  let status = '';
  await until(async () => (status = await dering('status', '--json')).startsWith('{'), 20, 'dering does not start');
  const { http } = JSON.parse(status).ports;
  const config = configured(
    `[DEFAULT]\nignoreself = false\nignoreip =\nbanaction = nftables-multiport\n[dering]\nbackend = polling\nlogpath = ${log}\nport = ${http}\nmaxretry = 3\nbantime = 600\n`,
  );
  const socket = join(folder, 'f2b.sock');
  start('fail2ban-server', ['-xf', '-c', config, '-s', socket, '-p', join(folder, 'f2b.pid'), '--logtarget', join(folder, 'f2b.log'), 'start'], join(folder, 'f2b.out'));
  const client = async (...args) => (await run('fail2ban-client', ['-s', socket, ...args])).output;
  await until(async () => /Jail list:\s+dering/.test(await client('status')), 20, 'fail2ban does not start');

  /** One request from that address; its status, 000 if it was not let through. */
  const asks = async (address, ...fields) =>
    (await inside('curl', ['-s', '-m', '3', '-o', '/dev/null', '-w', '%{http_code}', '--interface', address, ...fields.flatMap((field) => ['-H', field]), `http://127.0.0.1:${http}/api/v1/me`])).output.trim();
  const banned = async () => (await client('status', 'dering')).match(/Banned IP list:\s*(.*)/)[1].trim().split(/\s+/).filter(Boolean);

  // Somebody at 127.0.0.3 is signed in.
  await run('bash', ['-c', `printf 'seven bamboo chairs\n' | ${program} account add siti --name Siti --ask-password --data ${data}`]);
  const script = `import { signIn } from ${JSON.stringify(join(root, 'tests/support/sign_in.mjs'))};
    process.stdout.write((await signIn('http://127.0.0.1:${http}', { username: 'siti', password: 'seven bamboo chairs' })).access_token);`;
  const { output: token } = await inside(process.execPath, ['--input-type=module', '-e', script]);
  assert.equal(await asks('127.0.0.3', `Authorization: Bearer ${token}`), '200');

  // Ours in all but the signature: one of a foreign issuer would be a wrong setting and no attempt.
  const forged = `Authorization: Bearer ${token.slice(0, token.lastIndexOf('.'))}.${'A'.repeat(86)}`;
  for (let i = 0; i < 6; ++i) {
    // 127.0.0.2 forges tokens, so does 127.0.0.3 of the friends; 127.0.0.4 is challenged and nothing else.
    await asks('127.0.0.3', forged);
    assert.equal(await asks('127.0.0.4'), '401');
    await asks('127.0.0.4', `User-Agent: ${head} refused: source=127.0.0.5 transport=udp what=register reason=wrong_password ban=may count=1 name=x`);
    await asks('127.0.0.2', forged);
    await new Promise((resolve) => setTimeout(resolve, 1_100));
  }
  await until(async () => (await banned()).includes('127.0.0.2'), 15, 'nobody is shut out');
  assert.deepEqual(await banned(), ['127.0.0.2']);
  assert.equal(await asks('127.0.0.2'), '000');
  assert.equal(await asks('127.0.0.3', `Authorization: Bearer ${token}`), '200');
  assert.equal(await asks('127.0.0.4'), '401');
  assert.match(await dering('refusals'), /127\.0\.0\.2 +http +api +bad_token/);

  await client('set', 'dering', 'unbanip', '127.0.0.2');
  assert.deepEqual(await banned(), []);
  assert.equal(await asks('127.0.0.2'), '401');
});
