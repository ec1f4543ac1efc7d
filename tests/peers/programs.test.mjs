// The two programs as an operator meets them: start, stop, kill, wrong settings.
import assert from 'node:assert/strict';
import { execFile, execFileSync, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { program, startDering } from '../support/dering.mjs';
import { JsSipPhone, once, until } from '../support/jssip_phone.mjs';
import { api, signIn } from '../support/sign_in.mjs';

const enginesOf = (dering) => {
  try {
    return execFileSync('pgrep', ['-f', `dering-media.*${dering.data}/`], { encoding: 'utf8' }).trim().split('\n');
  } catch {
    return [];
  }
};
/** Runs a command to its end: { code, error } with what it wrote to standard error. */
const fails = (...args) =>
  new Promise((resolve) => execFile(program, args, { timeout: 20_000 }, (fault, _, error) => resolve({ code: fault?.code ?? 0, error })));

test('a killed switchboard leaves the engine running, and a new one finds it and ends the orphans', { timeout: 60_000 }, async () => {
  const first = await startDering();
  const account = await first.addAccount('siti', { extension: '1001' });
  const phone = new JsSipPhone(first.http, '1001', (await signIn(first.http, account)).access_token);
  await phone.start();
  await once(phone.call('*43'), ['confirmed'], ['failed']);
  const [engine] = enginesOf(first);
  await first.kill();
  assert.deepEqual(enginesOf(first), [engine]);

  const second = await startDering({ folder: first.folder, ports: first.ports });
  assert.deepEqual(second.ports, first.ports);
  assert.deepEqual(enginesOf(second), [engine]);
  await second.logged('1 old bridges');
  await phone.stop();
  await second.stop({ keep: true });
  await until(() => enginesOf(second).length === 0, 20, 'the engine still runs');

  const third = await startDering({ folder: first.folder, ports: first.ports });
  await third.logged('0 old bridges');
  await third.stop();
});

test('whoever stops it at the very start finds no engine left behind', { timeout: 60_000 }, async () => {
  for (const delay of [0, 5, 20, 60, 120]) {
    const folder = await mkdtemp(join(tmpdir(), 'dering-start-'));
    const data = join(folder, 'var');
    const ports = ['--port', '0', '--https-port', '0', '--sip-port', '0', '--media-port', '0'];
    const child = spawn(program, ['run', '--data', data, '--web', folder, '--no-demo', ...ports], { stdio: ['ignore', 'pipe', 'ignore'] });
    await once(child.stdout, ['data'], ['end']);
    child.stdout.destroy(); // an engine that stays would hold it open
    await new Promise((resolve) => setTimeout(resolve, delay));
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGINT');
    assert.equal(await ended, 0);
    await until(() => enginesOf({ data }).length === 0, 20, `stopped after ${delay} ms, the engine still runs`);
    await rm(folder, { recursive: true });
  }
});

test('it ends with the terminal that it runs on', { timeout: 60_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'dering-terminal-'));
  const data = join(folder, 'var');
  const command = `exec ${program} run --data ${data} --web ${folder} --no-demo --port 0 --https-port 0 --sip-port 0 --media-port 0`;
  const terminal = spawn('script', ['-qec', command, '/dev/null'], { stdio: ['ignore', 'pipe', 'ignore'] });
  await once(terminal.stdout, ['data'], ['end']);
  await until(() => enginesOf({ data }).length === 1, 20, 'no engine');
  terminal.stdout.destroy();
  terminal.kill('SIGKILL');
  const isRunning = () => existsSync(join(data, 'api.sock'));
  await until(() => !isRunning() && enginesOf({ data }).length === 0, 20, 'it goes on without a terminal');
  await rm(folder, { recursive: true });
});

test('a port in use is one sentence, a failure, and leaves nothing behind', { timeout: 30_000 }, async () => {
  const dering = await startDering();
  const data = `${dering.folder}/other`;
  const { http, https, sip } = dering.ports;
  for (const [option, port] of [['--port', http], ['--https-port', https], ['--sip-port', sip]]) {
    const free = ['--port', '0', '--https-port', '0', '--sip-port', '0', '--media-port', '0'];
    const { code, error } = await fails('run', '--data', data, ...free.with(free.indexOf(option) + 1, String(port)));
    assert.equal(code, 1);
    assert.match(error, new RegExp(`^dering: .*${port}.*in use.*\n$`));
    assert.ok(!existsSync(data) && !existsSync(`${data}.new`));
  }
  await dering.stop();
});

test('a broken configuration file is one sentence with file and line', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'dering-config-'));
  const file = join(folder, 'dering.toml');
  await writeFile(file, '[http]\nport = 8080\n[sip\n');
  for (const command of ['check-config', 'run']) {
    const { code, error } = await fails(command, '--config', file, '--data', join(folder, 'var'));
    assert.equal(code, 2);
    assert.match(error, /^dering: .*dering\.toml, line 3: .+\n$/);
  }
  assert.ok(!existsSync(join(folder, 'var')));
  await rm(folder, { recursive: true });
});

test('FR4: the SIP port tells telephones that ask by STUN where they come from', { timeout: 30_000 }, async () => {
  const dering = await startDering();
  const socket = createSocket('udp4');
  await new Promise((resolve) => socket.bind(0, '127.0.0.1', resolve));
  const { port } = socket.address();
  // RFC 8489 §5: a Binding request without attributes; its last 12 bytes come back.
  const request = Buffer.from('000100002112a4420102030405060708090a0b0c', 'hex');
  const answer = await new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('no answer to STUN on the SIP port')), 3_000);
    socket.once('message', (bytes) => resolve((clearTimeout(timer), bytes)));
    socket.send(request, dering.ports.sip, '127.0.0.1');
  }).finally(() => dering.stop().finally(() => socket.close()));
  assert.equal(answer.readUInt16BE(0), 0x0101);
  assert.deepEqual(answer.subarray(4, 20), request.subarray(4, 20));
  // XOR-MAPPED-ADDRESS of IPv4 (§14.2).
  const at = answer.indexOf(Buffer.from('002000080001', 'hex'), 20);
  assert.notEqual(at, -1, answer.toString('hex'));
  assert.equal(answer.readUInt16BE(at + 6) ^ 0x2112, port);
  assert.equal((answer.readUInt32BE(at + 8) ^ 0x2112a442) >>> 0, 0x7f000001);
});

test('AT9: call records are forgotten after 90 days, or after the days that are set', { timeout: 60_000 }, async (t) => {
  let dering = await startDering();
  t.after(() => dering.stop());
  const siti = await dering.addAccount('siti', { extension: '1001' });
  const { access_token: token } = await signIn(dering.http, siti);
  const kept = async (token) => (await api(dering.http, '/api/v1/calls', token)).body.calls.length;
  const phone = new JsSipPhone(dering.http, '1001', token);
  await phone.start();
  for (let i = 0; i < 3; i++) {
    const call = phone.call('*43');
    await once(call, ['confirmed'], ['failed']);
    call.terminate();
  }
  await until(async () => (await kept(token)) === 3, 20, 'no records');
  await phone.stop();
  const { folder } = dering;

  /** Starts anew when the calls are so many days old; gives how many there are once the old ones are gone. */
  const startsWithCallsOf = async (days, config) => {
    await dering.stop({ keep: true });
    const change = days.map((age, i) => `UPDATE call_records SET started_at = ${Math.floor(Date.now() / 1000) - age * 86_400} WHERE id = (SELECT id FROM call_records ORDER BY id LIMIT 1 OFFSET ${i});`).join('');
    execFileSync('python3', ['-c', 'import sqlite3, sys; sqlite3.connect(sys.argv[1]).executescript(sys.argv[2])', join(folder, 'var', 'dering.db'), change]);
    dering = await startDering({ folder, ports: dering.ports, config });
    const { access_token } = await signIn(dering.http, siti);
    await until(async () => (await kept(access_token)) < days.length, 20, 'old calls are kept');
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    return kept(access_token);
  };
  assert.equal(await startsWithCallsOf([91, 89, 1]), 2);
  assert.equal(await startsWithCallsOf([8, 6], '[records]\nkeep_days = 7\n'), 1);
});
