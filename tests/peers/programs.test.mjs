// The two programs as an operator meets them: start, stop, kill, wrong settings.
import assert from 'node:assert/strict';
import { execFile, execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { program, startDering } from '../support/dering.mjs';
import { JsSipPhone, once, until } from '../support/jssip_phone.mjs';
import { signIn } from '../support/sign_in.mjs';

const enginesOf = (dering) => {
  try {
    return execFileSync('pgrep', ['-f', `dering-media.*${dering.data}/`], { encoding: 'utf8' }).trim().split('\n');
  } catch {
    return [];
  }
};
/** Runs a command to its end: { code, error } with what it wrote to standard error. */
const fails = (...args) =>
  new Promise((resolve) => execFile(program, args, { timeout: 5000 }, (fault, _, error) => resolve({ code: fault?.code ?? 0, error })));

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
  await until(() => enginesOf(second).length === 0, 5, 'the engine still runs');

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
    await until(() => enginesOf({ data }).length === 0, 3, `stopped after ${delay} ms, the engine still runs`);
    await rm(folder, { recursive: true });
  }
});

test('it ends with the terminal that it runs on', { timeout: 30_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'dering-terminal-'));
  const data = join(folder, 'var');
  const command = `exec ${program} run --data ${data} --web ${folder} --no-demo --port 0 --https-port 0 --sip-port 0 --media-port 0`;
  const terminal = spawn('script', ['-qec', command, '/dev/null'], { stdio: ['ignore', 'pipe', 'ignore'] });
  await once(terminal.stdout, ['data'], ['end']);
  await until(() => enginesOf({ data }).length === 1, 5, 'no engine');
  terminal.stdout.destroy();
  terminal.kill('SIGKILL');
  const isRunning = () => existsSync(join(data, 'api.sock'));
  await until(() => !isRunning() && enginesOf({ data }).length === 0, 5, 'it goes on without a terminal');
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
