// Every refusal has a voice: in the log, by `dering refusals`, by the API and for the person whom it concerns.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { spawn } from 'node:child_process';
import { request } from 'node:http';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import { program, startDering } from '../support/dering.mjs';
import { until } from '../support/jssip_phone.mjs';
import { api, signIn } from '../support/sign_in.mjs';
import { sipUdp } from '../support/sip_udp.mjs';

let dering, siti, token, desk;
before(async () => {
  dering = await startDering();
  siti = await dering.addAccount('siti', { extension: '1001' });
  token = (await signIn(dering.http, siti)).access_token;
  desk = (await api(dering.http, '/api/v1/devices', token, { method: 'POST', body: { name: 'Desk' } })).body;
});
after(() => dering?.stop());

const all = async (...args) => (await dering.command('refusals', '--json', ...args)).trim().split('\n').filter(Boolean).map((line) => JSON.parse(line));
const own = async () => (await api(dering.http, '/api/v1/refusals', token)).body.refusals;
const lines = () => dering.log.join('').split('\n').filter((line) => line.includes('refused: source='));

/** A phone that registers with that name and password; gives the status of its second try. */
async function registers(username, password, extension = '1001') {
  const challenge = await sipUdp(dering.ports.sip, 'REGISTER', extension);
  const value = (name) => challenge.match(new RegExp(`${name}="?([^",\\r]+)`))[1];
  const hash = (...parts) => createHash(value('algorithm') === 'MD5' ? 'md5' : 'sha256').update(parts.join(':')).digest('hex');
  const uri = `sip:127.0.0.1:${dering.ports.sip}`;
  const response = hash(hash(username, value('realm'), password), value('nonce'), '00000001', 'abc', 'auth', hash('REGISTER', uri));
  const quoted = username.replaceAll('\\', '\\\\').replaceAll('"', '\\"');
  const answer = await sipUdp(dering.ports.sip, 'REGISTER', extension, [
    `Authorization: Digest username="${quoted}", realm="${value('realm')}", nonce="${value('nonce')}", uri="${uri}", response="${response}", algorithm=${value('algorithm')}, qop=auth, cnonce="abc", nc=00000001`,
  ]);
  return Number(answer.match(/^SIP\/2\.0 (\d+)/)[1]);
}

test('AT11: a desk phone with a wrong password is told to its owner, by the name they gave it', async () => {
  const before = Date.now() / 1000;
  assert.notEqual(await registers(desk.username, 'not the password'), 200);
  await until(async () => (await own()).length === 1, 20, 'nothing is told');
  const [refusal] = await own();
  assert.equal(refusal.device, 'Desk');
  assert.equal(refusal.name, desk.username);
  assert.deepEqual([refusal.what, refusal.reason, refusal.transport, refusal.source], ['register', 'wrong_password', 'udp', '127.0.0.1']);
  assert.ok(refusal.at >= before - 1 && refusal.at <= Date.now() / 1000 + 1, `at ${refusal.at}`);
  assert.match(await dering.command('refusals'), new RegExp(`127\\.0\\.0\\.1 +udp +register +wrong_password +1x +${desk.username} \\(1001\\)`));
  const line = new RegExp(`^\\S+Z warning refused: source=127\\.0\\.0\\.1 transport=udp what=register reason=wrong_password ban=\\w+ count=1 name=${desk.username}$`);
  await until(() => line.test(lines().at(-1) ?? ''), 20, 'the log says something else').catch((error) => {
    throw new Error(`${error.message}: ${lines().at(-1)}`);
  });
});

test('a challenge is no failure, and where somebody is signed in nothing counts against the address', async () => {
  const before = (await all()).length;
  await sipUdp(dering.ports.sip, 'REGISTER', '1001');
  await fetch(`${dering.http}/api/v1/me`);
  assert.equal(await registers(desk.username, desk.password), 200);
  assert.equal((await all()).length, before);
  await registers(desk.username, 'not the password either');
  await until(async () => (await own())[0].ban === 'friend', 20, 'it counts against the address');
});

test('H12: names that imitate a line, a field or an escape stay one word of one line', async () => {
  const hostile = ['x refused: source=9.9.9.9 transport=udp what=register reason=wrong_password ban=may count=1 name=y', 'a"b', 'Meja Timur', '\x1b[2Jred', 'тест', '%n%s', 'a\\b'];
  // What can't even be read as SIP gets no answer.
  for (const name of hostile) await registers(name, 'x').catch(() => {});
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  for (const line of lines()) {
    assert.match(line, /^\S+Z warning refused: source=127\.0\.0\.1 transport=\w+ what=\w+ reason=\w+ ban=\w+ count=\d+ name=[\w.@+:~/\\-]+$/);
  }
  assert.ok(!dering.log.join('').includes('\x1b'));
  assert.ok(!dering.log.join('').includes('source=9.9.9.9'));
  const shown = await dering.command('refusals');
  assert.ok(!shown.includes('\x1b'));
});

test('G5: a flood from one source is a line a second with its count', { timeout: 30_000 }, async () => {
  const before = lines().length;
  const began = Date.now();
  await Promise.all(Array.from({ length: 300 }, () => api(dering.http, '/api/v1/me', 'x.y.z')));
  const seconds = (Date.now() - began) / 1000;
  const ofFlood = () => lines().slice(before).filter((line) => line.includes('reason=bad_token'));
  const told = () => ofFlood().reduce((sum, line) => sum + Number(line.match(/count=(\d+)/)[1]), 0);
  await until(async () => told() === 300, 20, 'not all are counted');
  assert.ok(ofFlood().length <= seconds + 3, `${ofFlood().length} lines in ${seconds} s`);
});

test('a page of another web site, bytes that are no SIP and a foreign host are told with what they claimed', async () => {
  const opens = (origin) =>
    new Promise((resolve) =>
      request(`${dering.http}/ws/sip`, { headers: { Connection: 'Upgrade', Upgrade: 'websocket', Origin: origin, 'Sec-WebSocket-Version': '13', 'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==', 'Sec-WebSocket-Protocol': 'sip' } }, (response) => resolve(response.statusCode)).end(),
    );
  assert.equal(await opens('https://evil.example'), 403);
  const socket = connect(dering.ports.sip, '127.0.0.1');
  socket.on('error', () => {}).write('REGISTER sip:dering SIP/2.0\r\nContent-Length: 0\r\n\r\n');
  const asked = request({ host: '127.0.0.1', port: dering.ports.http, path: '/config.json', headers: { Host: 'other.example' } }, (response) => response.resume());
  asked.end();
  const has = async (what, reason, name) => (await all()).some((one) => one.what === what && one.reason === reason && one.name === name);
  await until(() => has('websocket', 'foreign_origin', 'https://evil.example'), 20, 'the foreign page is not told');
  await until(() => has('message', 'malformed', ''), 20, 'the bytes are not told');
  socket.destroy();
  await until(() => has('http', 'foreign_host', 'http://other.example'), 20, 'the foreign host is not told');
});

test('--since looks back so far, --follow goes on', { timeout: 60_000 }, async () => {
  assert.ok((await all('--since', '10m')).length > 0);
  await new Promise((resolve) => setTimeout(resolve, 2_100));
  assert.deepEqual(await all('--since', '1s'), []);
  await assert.rejects(dering.command('refusals', '--since', 'yesterday'), /--since is a number/);
  const follower = spawn(program, ['refusals', '--follow', '--since', '1s', '--data', dering.data]);
  let shown = '';
  follower.stdout.setEncoding('utf8').on('data', (text) => (shown += text));
  try {
    // It says nothing before there is something to tell: until it looks, that is told once more.
    const isShown = async () => {
      await registers(desk.username, 'still wrong');
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      return shown.includes(desk.username);
    };
    await until(isShown, 20, 'it does not follow');
  } finally {
    follower.kill();
  }
});

test('H6: nobody sees what concerns others but administrators', async () => {
  const budi = await dering.addAccount('budi', { extension: '1002' });
  const { access_token } = await signIn(dering.http, budi);
  assert.deepEqual((await api(dering.http, '/api/v1/refusals', access_token)).body.refusals, []);
  assert.equal((await api(dering.http, '/api/v1/refusals?scope=all', access_token)).status, 403);
  assert.equal((await api(dering.http, '/api/v1/refusals?extension=1001', access_token)).status, 404);
});
