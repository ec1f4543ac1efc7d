// dering trace, as engineers use it: pages on WSS and desk phones on UDP call each other meanwhile.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { program, startDering } from '../support/dering.mjs';
import { JsSipPhone, once, until } from '../support/jssip_phone.mjs';
import { readPackets } from '../support/packets.mjs';
import { signIn } from '../support/sign_in.mjs';

const udpPhone = fileURLToPath(new URL('../support/udp_phone.mjs', import.meta.url));
const devicePassword = `device-${randomBytes(9).toString('hex')}`;
const started = [];
const secrets = [devicePassword];
let dering, following;

/** A command of dering: output and error so far, `ended` with its exit code. */
function start(...args) {
  const child = spawn(program, [...args, '--data', dering.data], { stdio: ['ignore', 'pipe', 'pipe'] });
  const running = { child, output: '', error: '' };
  child.stdout.setEncoding('utf8').on('data', (text) => (running.output += text));
  child.stderr.setEncoding('utf8').on('data', (text) => (running.error += text));
  running.ended = new Promise((resolve) => child.once('close', (code, signal) => resolve(code ?? signal)));
  started.push(child);
  return running;
}
async function runs(...args) {
  const running = start(...args);
  running.code = await running.ended;
  return running;
}

function deskPhone(more) {
  const words = { password: devicePassword, server: '127.0.0.1', port: dering.ports.sip, bind: '127.0.0.1', talks: 300, ...more };
  const child = spawn(process.execPath, [udpPhone, JSON.stringify(words)], { stdio: ['ignore', 'pipe', 'inherit'] });
  started.push(child);
  const phone = { said: '', stop: () => child.kill(), tells: (event) => until(() => phone.said.includes(`"${event}"`), 30, `no "${event}": ${phone.said}`) };
  child.stdout.setEncoding('utf8').on('data', (text) => (phone.said += text));
  return phone;
}

async function pagesTalk(users) {
  const pages = [];
  for (const user of users) {
    const token = (await signIn(dering.http, user)).access_token;
    secrets.push(token, token.split('.')[2], user.password);
    pages.push(new JsSipPhone(dering.https, user.extension, token));
    await pages.at(-1).start();
  }
  const call = pages[0].call(users[1].extension);
  const confirmed = once(call, ['confirmed'], ['failed'], 30);
  const incoming = await pages[1].rings(30);
  incoming.answer({ mediaStream: { getTracks: () => [] } });
  await confirmed;
  const ended = once(incoming, ['ended'], ['failed'], 30);
  call.terminate();
  await ended;
  for (const page of pages) await page.stop();
  const keys = pages.flatMap((page) => page.sent).flatMap((text) => [...text.matchAll(/a=ice-pwd:(\S+)/g)].map((found) => found[1]));
  assert.ok(keys.length > 1);
  secrets.push(...keys);
}

async function desksTalk() {
  const waiting = deskPhone({ user: '1003', device: 'rara-desk' });
  await waiting.tells('registered');
  const calling = deskPhone({ user: '1004', device: 'sari-desk', calls: '1003' });
  await calling.tells('over');
  waiting.stop();
  calling.stop();
}

before(async () => {
  dering = await startDering();
  const siti = await dering.addAccount('siti', { extension: '1001' });
  const budi = await dering.addAccount('budi', { extension: '1002' });
  await dering.addAccount('rara', { extension: '1003' });
  await dering.addAccount('sari', { extension: '1004' });
  await dering.addDevice('rara', 'rara-desk', devicePassword, { md5: true });
  await dering.addDevice('sari', 'sari-desk', devicePassword, { md5: true });
  following = start('trace', '1003', '--follow', '--arrows');
  await pagesTalk([siti, budi]);
  await desksTalk();
});
after(async () => {
  for (const child of started) child.kill();
  await dering?.stop();
});

const holdsNoSecret = (text) => {
  for (const secret of secrets) assert.ok(!text.includes(secret), `${secret} is shown`);
  assert.doesNotMatch(text, /(response|c?nonce)="(?!.*realm=)[0-9a-f]{16,}"\s*$/m);
};

test('a person has both sides of a call as arrows and as text, over WSS, without a secret', async () => {
  const shown = await runs('trace', '1001');
  assert.equal(shown.code, 0, shown.error);
  assert.match(shown.output, /^ +dering +1001 +1002$/m);
  assert.match(shown.output, /\|<-+\| +\| *INVITE sip:1002@/m);
  assert.match(shown.output, /wss dering → 127\.0\.0\.1:\d+ \(1002\)\nINVITE sip:/);
  assert.match(shown.output, /^Authorization: Bearer masked$/m);
  assert.match(shown.output, /^a=ice-pwd:x+$/m);
  assert.doesNotMatch(shown.output, /sip:100[34]@/);
  holdsNoSecret(shown.output);
});

test('a desk phone over UDP is found by its number, its user name and its address', async () => {
  const shown = await runs('trace', '1003', '--json');
  const messages = shown.output.trim().split('\n').map((line) => JSON.parse(line));
  assert.ok(messages.some((it) => it.transport === 'udp' && it.text.startsWith('INVITE sip:1003@') && it.direction === 'out'));
  assert.ok(messages.some((it) => /^Authorization: Digest username="rara-desk".*response=masked/m.test(it.text)), shown.output);
  holdsNoSecret(shown.output);
  const address = messages.find((it) => it.text.includes('rara-desk')).theirs;
  for (const whom of ['rara-desk', address]) {
    const other = await runs('trace', whom, '--arrows');
    assert.match(other.output, /REGISTER sip:/, whom);
  }
  const nobody = await runs('trace', '4711');
  assert.deepEqual([nobody.code, nobody.output], [0, '']);
  assert.match(nobody.error, /^dering: no message that names 4711 is kept\.$/m);
  const wrong = await runs('trace', '--since', 'soon');
  assert.deepEqual([wrong.code, wrong.error], [1, 'dering: --since is a number with s, m, h or d, as in 15m.\n']);
});

test('who follows has seen the call as it came', async () => {
  await until(() => /→ dering +BYE |dering → .*BYE /.test(following.output), 30, `no BYE: ${following.output}${following.error}`);
  assert.match(following.output, /^\d\d:\d\d:\d\d\.\d{6} {2}udp dering → 127\.0\.0\.1:\d+ \(1003\) {2}INVITE sip:1003@/m);
  assert.doesNotMatch(following.output, /sip:1001@/);
  following.child.kill('SIGINT');
  await following.ended;
});

test('a file of packets is read back, those over WSS too, and is its owner\'s alone', async () => {
  const file = join(dering.folder, 'calls.pcap');
  const made = await runs('trace', '--pcap', file);
  assert.equal(made.code, 0, made.error);
  assert.equal(statSync(file).mode & 0o7777, 0o600);
  const packets = readPackets(readFileSync(file));
  assert.equal(packets.length, Number(/^(\d+) messages are in /.exec(made.output)[1]));
  const invites = packets.filter((it) => it.text.startsWith('INVITE sip:'));
  assert.ok(invites.some((it) => it.from.port === dering.ports.https || it.to.port === dering.ports.https));
  assert.ok(invites.some((it) => it.from.port === dering.ports.sip));
  holdsNoSecret(readFileSync(file, 'latin1'));
  const again = await runs('trace', '--pcap', file);
  assert.deepEqual([again.code, again.error], [1, `dering: ${file} cannot be made: File exists.\n`]);
  const reader = spawnSync('tshark', ['-r', file, '-o', 'udp.try_heuristic_first:TRUE', '--enable-heuristic', 'sip_udp', '-Y', 'sip'], { encoding: 'utf8', timeout: 120_000 });
  assert.equal(reader.error, undefined);
  assert.equal(reader.stdout.trim().split('\n').length, packets.length, reader.stderr);
});

test('SIP messages are written to a file while that is wanted, and the level of the log changes', async () => {
  const file = join(dering.data, 'sip.log');
  const said = async (...args) => {
    const running = await runs(...args);
    return [running.code, running.output, running.error];
  };
  assert.deepEqual(await said('sip-log'), [0, `SIP messages are not written to ${file}.\n`, '']);
  assert.deepEqual(await said('sip-log', 'on'), [0, `SIP messages are written to ${file}.\n`, '']);
  await dering.logged(/audit: .*SIP log on/);
  await dering.logged(`SIP messages are written to ${file}`);
  let written = '';
  // Whatever comes before the lane has looked where the messages are now is not in the file.
  await until(async () => {
    await desksTalk();
    written = readFileSync(file, 'utf8');
    return /^INVITE sip:1003@/m.test(written) && /^BYE /m.test(written);
  }, 60, `no call is in it: ${written}`);
  assert.match(written, /^--- \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z (in|out) udp 127\.0\.0\.1:\d+ \S+:\d+$/m);
  assert.equal(statSync(file).mode & 0o7777, 0o600);
  holdsNoSecret(written);
  assert.deepEqual(await said('sip-log', 'off'), [0, `SIP messages are not written to ${file}.\n`, '']);
  await dering.logged(`SIP messages are written to ${file} no more`);
  assert.deepEqual(await said('log-level'), [0, 'The log level is info.\n', '']);
  assert.deepEqual(await said('log-level', 'error'), [0, 'The log level is error.\n', '']);
  assert.deepEqual(await said('log-level', 'info'), [0, 'The log level is info.\n', '']);
  assert.notEqual((await said('log-level', 'loud'))[0], 0);
});

test('the phones that are registered are a table, or lines of JSON', async () => {
  const phone = deskPhone({ user: '1003', device: 'rara-desk' });
  await phone.tells('registered');
  let shown;
  // The store hears of it a moment later.
  await until(async () => /^1003 /m.test((shown = await runs('registrations')).output), 30, 'it is not there');
  phone.stop();
  assert.match(shown.output, /^number +device +by +from +seconds +program$/m);
  assert.match(shown.output, /^1003 +rara-desk +udp +127\.0\.0\.1:\d+ +\d+/m);
  assert.match(shown.output, /^\d+ phones? registered$/m);
  const lines = (await runs('registrations', '--json')).output.trim().split('\n').map((line) => JSON.parse(line));
  assert.ok(lines.some((it) => it.extension === '1003' && it.device === 'rara-desk' && it.transport === 'udp'));
});

test('what a stranger writes never reaches the terminal as it is', async () => {
  const socket = createSocket('udp4');
  const evil = 'OPTIONS sip:\x1b[2J@dering SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bK1\r\nFrom: <sip:\x1b]0;owned\x07@x>;tag=1\r\n' +
    'To: <sip:x@dering>\r\nCall-ID: strange\x9b31m\r\nCSeq: 1 OPTIONS\r\nUser-Agent: a\rb\x00\r\nContent-Length: 0\r\n\r\n';
  await new Promise((resolve) => socket.send(Buffer.from(evil, 'latin1'), dering.ports.sip, '127.0.0.1', resolve));
  const address = `127.0.0.1:${socket.address().port}`;
  let shown;
  await until(async () => (shown = await runs('trace', address)).output.includes('\\x1b[2J'), 30, 'it is not shown');
  socket.close();
  assert.match(shown.output, /\\x1b\]0;owned\\x07/);
  // eslint-disable-next-line no-control-regex
  assert.doesNotMatch(shown.output, /[\x00-\x09\x0b-\x1f\x7f-\x9f]/);
});
