// Desk phones: SIPp registers by digest and calls, over UDP and over TCP.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startDering } from '../support/dering.mjs';
import { until } from '../support/jssip_phone.mjs';

const scenarios = join(dirname(fileURLToPath(import.meta.url)), 'sipp');
const calls = 1000;
let dering, folder;

before(async () => {
  dering = await startDering({ config: 'calls_per_user = 10000\nnew_calls_per_minute = 100000\nregistrations_per_minute = 100000\n' });
  folder = await mkdtemp(join(tmpdir(), 'dering-sipp-'));
  for (const [username, extension] of [['caller', '2001'], ['callee', '2002'], ['patient', '2004']]) {
    await dering.addAccount(username, { extension });
    await dering.addDevice(username, `${username}-phone`, 'device-secret-1', { md5: true });
  }
});
after(async () => {
  await dering?.stop();
  if (folder) await rm(folder, { recursive: true });
});

/** Starts SIPp; gives { child, finished } where finished resolves with its exit code and output. */
function sipp(name, transport, args) {
  const child = spawn(
    'sipp',
    [`127.0.0.1:${dering.ports.sip}`, '-i', '127.0.0.1', '-mi', '127.0.0.1', '-t', transport, '-nostdin', '-trace_err', '-error_file', join(folder, `${name}.err`), ...args],
    { cwd: folder, env: { ...process.env, TERM: 'dumb' } },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (output = (output + data).slice(-20_000)));
  const finished = new Promise((resolve) => child.on('exit', (code) => resolve({ code, output })));
  return { child, finished };
}

const phone = (transport) =>
  sipp(`phone-${transport}`, transport, [
    ...['-sf', join(scenarios, 'phone.xml'), '-oocsf', join(scenarios, 'answer.xml')],
    ...['-key', 'extension', '2002', '-au', 'callee-phone', '-ap', 'device-secret-1', '-m', '1', '-aa'],
  ]);
const caller = (transport, args) =>
  sipp(`caller-${transport}`, transport, [
    ...['-sf', join(scenarios, 'caller.xml'), '-key', 'caller', '2001', '-key', 'callee', '2002'],
    // The digest's uri is the Request-URI (RFC 7616 §3.4.6); SIPp leaves the user out by itself.
    ...['-au', 'caller-phone', '-ap', 'device-secret-1', '-auth_uri', `2002@127.0.0.1:${dering.ports.sip}`, ...args],
  ]);

for (const [name, transport] of [['UDP', 'u1'], ['TCP', 't1']]) {
  test(`two SIPp phones over ${name}: 50 calls a second for 20 s without a failure`, { timeout: 120_000 }, async (t) => {
    const before = (await dering.status()).bindings;
    const callee = phone(transport);
    t.after(() => callee.child.kill('SIGKILL'));
    await until(async () => (await dering.status()).bindings === before + 1, 10, 'the phone did not register');
    const { code, output } = await caller(transport, ['-r', '50', '-m', String(calls), '-trace_stat', '-stf', `${folder}/${transport}.csv`, '-fd', '5']).finished;
    assert.equal(code, 0, `${output}\n${await readFile(join(folder, `caller-${transport}.err`), 'utf8').catch(() => '')}`);
    const rows = (await readFile(`${folder}/${transport}.csv`, 'utf8')).trim().split('\n');
    const columns = rows[0].split(';');
    const last = rows.at(-1).split(';');
    const value = (column) => Number(last[columns.indexOf(column)]);
    assert.equal(value('SuccessfulCall(C)'), calls);
    assert.equal(value('FailedCall(C)'), 0);
    assert.equal(value('Retransmissions(C)'), 0);
    await until(async () => (await dering.status()).calls === 0, 40, 'calls were left behind');
  });
}

test('a phone that requires reliable ringing and one that answers in a reliable 183 reach each other', { timeout: 60_000 }, async (t) => {
  const scenario = (name) => ['-sf', join(scenarios, name)];
  const callee = sipp('reliable-phone', 'u1', [
    ...[...scenario('phone.xml'), '-oocsf', join(scenarios, 'reliable_answer.xml')],
    ...['-key', 'extension', '2004', '-au', 'patient-phone', '-ap', 'device-secret-1', '-m', '1', '-aa'],
  ]);
  t.after(() => callee.child.kill('SIGKILL'));
  const before = (await dering.status()).bindings;
  await until(async () => (await dering.status()).bindings > before, 10, 'the phone did not register');
  const { code, output } = await sipp('reliable-caller', 'u1', [
    ...[...scenario('reliable_caller.xml'), '-key', 'caller', '2001', '-key', 'callee', '2004', '-m', '5', '-r', '2'],
    ...['-au', 'caller-phone', '-ap', 'device-secret-1', '-auth_uri', `2004@127.0.0.1:${dering.ports.sip}`],
  ]).finished;
  assert.equal(code, 0, `${output}\n${await readFile(join(folder, 'reliable-caller.err'), 'utf8').catch(() => '')}\n${await readFile(join(folder, 'reliable-phone.err'), 'utf8').catch(() => '')}`);
  await until(async () => (await dering.status()).calls === 0, 40, 'calls were left behind');
});

test('two SIPp phones over IPv6 register, call and hang up, over UDP and TCP, and see brackets where they belong', { timeout: 90_000 }, async (t) => {
  const dual = await startDering({ address: '::', media: ['::1'], config: 'calls_per_user = 100\nnew_calls_per_minute = 1000\n' });
  t.after(() => dual.stop());
  for (const [username, extension] of [['caller', '2001'], ['callee', '2002']]) {
    await dual.addAccount(username, { extension });
    await dual.addDevice(username, `${username}-phone`, 'device-secret-1', { md5: true });
  }
  const over6 = (name, transport, args) => {
    const child = spawn('sipp', [`[::1]:${dual.ports.sip}`, '-i', '::1', '-mi', '::1', '-t', transport, '-nostdin', '-trace_msg', '-message_file', join(folder, `${name}.log`), ...args], { cwd: folder, env: { ...process.env, TERM: 'dumb' }, stdio: 'ignore' });
    return { child, finished: new Promise((resolve) => child.on('exit', resolve)) };
  };
  for (const transport of ['u1', 't1']) {
    const before = (await dual.status()).bindings;
    const callee = over6(`six-phone-${transport}`, transport, [
      ...['-sf', join(scenarios, 'phone.xml'), '-oocsf', join(scenarios, 'answer.xml')],
      ...['-key', 'extension', '2002', '-au', 'callee-phone', '-ap', 'device-secret-1', '-m', '1', '-aa'],
      // By itself SIPp leaves the brackets out.
      ...['-auth_uri', `[::1]:${dual.ports.sip}`],
    ]);
    t.after(() => callee.child.kill('SIGKILL'));
    await until(async () => (await dual.status()).bindings > before, 10, 'the phone did not register over IPv6').catch(async (error) => {
      throw new Error(`${error.message}\n${await readFile(join(folder, `six-phone-${transport}.log`), 'utf8').catch(String)}\n${dual.log.join('')}`);
    });
    const name = `six-caller-${transport}`;
    const code = await over6(name, transport, [
      ...['-sf', join(scenarios, 'caller.xml'), '-key', 'caller', '2001', '-key', 'callee', '2002', '-m', '3', '-r', '2'],
      ...['-au', 'caller-phone', '-ap', 'device-secret-1', '-auth_uri', `2002@[::1]:${dual.ports.sip}`],
    ]).finished;
    const seen = await readFile(join(folder, `${name}.log`), 'utf8');
    assert.equal(code, 0, seen.slice(-4000));
    assert.match(seen, new RegExp(`Contact: <sip:2002@\\[::1\\]:${dual.ports.sip};transport=`));
    // RFC 3261 §25.1 has no brackets there.
    assert.match(seen, /;received=::1[;\r\n]/);
    callee.child.kill('SIGKILL');
  }
});

test('a wrong password is refused and a right one still works from another address', async () => {
  const wrong = sipp('wrong', 'u1', ['-sf', join(scenarios, 'phone.xml'), '-key', 'extension', '2002', '-au', 'callee-phone', '-ap', 'wrong', '-m', '1', '-timeout', '5']);
  assert.notEqual((await wrong.finished).code, 0);
});
