// dering record and dering replay, as somebody uses them who shows a fault: real phones talk through the
// running switchboard meanwhile.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { truncate, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { program, startDering } from '../support/dering.mjs';
import { JsSipPhone, once, until } from '../support/jssip_phone.mjs';
import { signIn } from '../support/sign_in.mjs';
import { Watcher } from '../support/watcher.mjs';

const udpPhone = fileURLToPath(new URL('../support/udp_phone.mjs', import.meta.url));
const devicePassword = `device-${randomBytes(9).toString('hex')}`;

let dering, siti, budi;
before(async () => {
  dering = await startDering();
  siti = await dering.addAccount('siti', { extension: '1001' });
  budi = await dering.addAccount('budi', { extension: '1002' });
  await dering.addAccount('rara', { extension: '1003' });
  await dering.addAccount('sari', { extension: '1004' });
  await dering.addDevice('rara', 'rara-desk', devicePassword, { md5: true });
  await dering.addDevice('sari', 'sari-desk', devicePassword, { md5: true });
  await dering.addDevice('sari', 'sari-lamps', devicePassword, { md5: true });
});
after(() => dering?.stop());

const fileOf = (name) => join(dering.folder, name);

/** A command that runs until it ends or is ended: output and error so far, `ended` with its exit code. */
function start(args) {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const running = { child, output: '', error: '' };
  child.stdout.setEncoding('utf8').on('data', (text) => (running.output += text));
  child.stderr.setEncoding('utf8').on('data', (text) => (running.error += text));
  running.ended = new Promise((resolve) => child.once('close', (code, signal) => resolve(code ?? signal)));
  return running;
}
async function runs(...args) {
  const running = start(args);
  running.code = await running.ended;
  return running;
}
async function startsRecording(file, ...more) {
  const recording = start(['record', file, '--data', dering.data, ...more]);
  await until(() => /^Recording\./m.test(recording.output) || recording.child.exitCode !== null, 10, 'dering record says nothing');
  assert.match(recording.output, /^Recording\./m, recording.error);
  return recording;
}
const ask = (method) =>
  new Promise((resolve, reject) => {
    const asked = request({ socketPath: join(dering.data, 'api.sock'), path: '/api/v1/recording', method }, async (response) => {
      let text = '';
      for await (const piece of response.setEncoding('utf8')) text += piece;
      resolve({ status: response.statusCode, text });
    });
    asked.on('error', reject).end();
  });

/** A desk phone of rara's; what it tells, one line of JSON each. */
function deskPhone(more = {}) {
  const words = { user: '1003', device: 'rara-desk', password: devicePassword, server: '127.0.0.1', port: dering.ports.sip, bind: '127.0.0.1', talks: 300, ...more };
  const child = spawn(process.execPath, [udpPhone, JSON.stringify(words)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const phone = { said: '', stop: () => child.kill(), tells: (event) => until(() => phone.said.includes(`"${event}"`), 10, `no "${event}": ${phone.said}`) };
  child.stdout.setEncoding('utf8').on('data', (text) => (phone.said += text));
  return phone;
}

/** Two pages and two desk phones sign in, call each other and hang up, while somebody has a lamp for one of them
 * and sends it a text; gives what nobody else may know. */
async function everybodyTalks() {
  const lamps = await Watcher.start({ user: '1004', device: 'sari-lamps', password: devicePassword, port: dering.ports.sip });
  assert.equal((await lamps.subscribe('1003', 'dialog')).status, 200);
  assert.equal((await lamps.text('1003', 'a-private-text')).status, 202);
  const tokens = [(await signIn(dering.http, siti)).access_token, (await signIn(dering.http, budi)).access_token];
  const pages = [new JsSipPhone(dering.http, '1001', tokens[0]), new JsSipPhone(dering.http, '1002', tokens[1])];
  for (const page of pages) await page.start();
  const call = pages[0].call('1002', { extraHeaders: ['X-Note: a-private-note'] });
  const confirmed = once(call, ['confirmed'], ['failed']);
  const incoming = await pages[1].rings();
  incoming.answer({ mediaStream: { getTracks: () => [] } });
  await confirmed;
  const ended = once(incoming, ['ended'], ['failed']);
  call.terminate();
  await ended;
  const waiting = deskPhone();
  await waiting.tells('registered');
  const calling = deskPhone({ user: '1004', device: 'sari-desk', calls: '1003' });
  await calling.tells('over');
  assert.ok(waiting.said.includes('"hung-up"'), waiting.said);
  await lamps.hears((it) => it.method === 'NOTIFY' && /<state>terminated<\/state>/.test(it.body));
  for (const one of [...pages, waiting, calling, lamps]) await one.stop();
  const keys = pages.flatMap((page) => page.sent).flatMap((text) => [...text.matchAll(/a=ice-pwd:(\S+)/g)].map((found) => found[1]));
  assert.ok(keys.length > 1);
  return [...tokens, ...tokens.map((token) => token.split('.')[2]), ...keys, devicePassword, siti.password, budi.password, 'a-private-note', 'a-private-text'];
}

test('what was recorded is played again: the same is said, and no secret is in it', { timeout: 60_000 }, async () => {
  const file = fileOf('calls.rec');
  const recording = await startsRecording(file);
  const secrets = await everybodyTalks();
  recording.child.kill('SIGINT');
  assert.equal(await recording.ended, 0, recording.error);
  assert.match(recording.output, /^\d{5,} bytes are in /m);
  assert.equal(statSync(file).mode & 0o7777, 0o600);

  const text = readFileSync(file, 'utf8');
  for (const secret of secrets) assert.ok(!text.includes(secret), `${secret} is in the recording`);
  assert.doesNotMatch(text, /(response|c?nonce)="(?!recorded")/);
  for (const kept of ['INVITE sip:1002@', 'SUBSCRIBE sip:1003@', 'MESSAGE sip:1003@', 'name=rara-desk', 'digest=right', 'outcome=answered']) assert.ok(text.includes(kept), `${kept} is missing`);

  const replayed = await runs('replay', file, '--same');
  assert.equal(replayed.code, 0, replayed.output + replayed.error);
  assert.match(replayed.output, /: \d{2,} inputs, 2 calls, 0 faults, 0 differences$/m);
  const drawn = await runs('replay', file, '--ladder');
  assert.match(drawn.output, /INVITE sip:1003/);
  assert.match(drawn.output, /== record 1001 1002 answered/);

  await writeFile(file, text.replace(/label=SIP\/2\.0%20200/, 'label=SIP/2.0%20299'));
  assert.equal((await runs('replay', file, '--same')).code, 3, 'what was said otherwise then is a difference');
});

test('one recording at a time, and each that cannot be is refused with a sentence', { timeout: 60_000 }, async () => {
  const recording = await startsRecording(fileOf('first.rec'), '--seconds', '30');
  const second = await runs('record', fileOf('second.rec'), '--data', dering.data);
  assert.equal(second.code, 1);
  assert.match(second.error, /^dering: A recording is under way already\.$/m);
  assert.ok(!existsSync(fileOf('second.rec')));
  assert.equal((await ask('POST')).status, 409);

  const again = await runs('record', fileOf('first.rec'), '--data', dering.data);
  assert.equal(again.code, 1);
  assert.match(again.error, /first\.rec cannot be made: File exists\.$/m);
  assert.match((await runs('record', fileOf('none/x.rec'), '--data', dering.data)).error, /cannot be made: No such file/);

  // Somebody else ends it: what was fetched stays.
  await until(() => statSync(fileOf('first.rec')).size > 0, 20, 'nothing is fetched');
  assert.equal((await ask('DELETE')).status, 200);
  assert.equal(await recording.ended, 1);
  assert.match(recording.error, /^dering: It was ended\. What came before is in .*first\.rec\.$/m);
  assert.equal((await runs('replay', fileOf('first.rec'))).code, 0);

  const nobody = await runs('record', fileOf('third.rec'), '--data', fileOf('nowhere'));
  assert.equal(nobody.code, 1);
  assert.match(nobody.error, /^dering: no dering runs on the data folder /m);
  assert.ok(!existsSync(fileOf('third.rec')));
});

test('a recording ends by itself after its time, and when nobody fetches it', { timeout: 60_000 }, async () => {
  const short = await startsRecording(fileOf('short.rec'), '--seconds', '1');
  assert.equal(await short.ended, 0, short.error);
  assert.equal((await runs('replay', fileOf('short.rec'), '--same')).code, 0);

  const killed = await startsRecording(fileOf('killed.rec'));
  killed.child.kill('SIGKILL');
  await killed.ended;
  await dering.logged('a recording has ended: Nobody fetched it any more.', 25);
  assert.equal((await ask('GET')).status, 404);
  const next = await startsRecording(fileOf('next.rec'), '--seconds', '1');
  assert.equal(await next.ended, 0, next.error);
});

test('what is no recording is refused with a sentence', async () => {
  await writeFile(fileOf('poem.txt'), 'Roses are red\n');
  await writeFile(fileOf('long.rec'), '');
  await truncate(fileOf('long.rec'), 2 ** 30);
  for (const [file, words] of [
    [fileOf('poem.txt'), /poem\.txt: it is no recording\.$/m],
    [fileOf('missing.rec'), /missing\.rec: No such file or directory\.$/m],
    [dering.folder, /: Is a directory\.$/m],
    [fileOf('long.rec'), /long\.rec is longer than a recording may be\.$/m],
  ]) {
    const { code, error } = await runs('replay', file);
    assert.equal(code, 1, file);
    assert.match(error, words);
  }
});
