// AT11: whatever a stranger does wrong is told, once a second of a kind with a count, and has one line for it.
import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { request } from 'node:http';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import { startDering } from '../support/dering.mjs';
import { until } from '../support/jssip_phone.mjs';
import { api } from '../support/sign_in.mjs';

const many = 200;

let dering;
before(async () => {
  dering = await startDering();
});
after(() => dering?.stop());

const lines = () => dering.log.join('').split('\n').filter(Boolean);
const each = (act) => Promise.all(Array.from({ length: many }, (_, i) => act(i)));

const sip = (method, i, { transport = 'UDP', toTag = '', fields = '' } = {}) =>
  `${method} sip:1001@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/${transport} 127.0.0.1:5099;branch=z9hG4bK-${method}-${i};rport\r\nMax-Forwards: 70\r\nFrom: <sip:mallory@dering>;tag=${i}\r\nTo: <sip:1001@dering>${toTag}\r\nCall-ID: ${method}-${i}\r\nCSeq: 1 ${method}\r\n${fields}Content-Length: 0\r\n\r\n`;

/** Datagrams, as fast as they go. */
async function sendsUdp(text) {
  const socket = createSocket('udp4');
  for (let i = 0; i < many; i++) {
    await new Promise((resolve) => socket.send(text(i), dering.ports.sip, '127.0.0.1', resolve));
    if (i % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 2));
  }
  socket.close();
}

/** One HTTP request; its status. */
const asks = (path, headers = {}, options = {}) =>
  new Promise((resolve) => {
    const sent = request(`${dering.http}${path}`, { headers, agent: false, ...options }, (response) => response.resume().on('end', () => resolve(response.statusCode)));
    sent.on('error', () => resolve(0)).end();
  });

/** Bytes on a TCP port, until the other side closes or has answered. */
const says = (port, bytes) =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.end(bytes));
    socket.on('error', resolve).on('close', resolve).resume();
    setTimeout(() => socket.destroy(), 3_000).unref();
  });

const upgrade = { Connection: 'Upgrade', Upgrade: 'websocket', 'Sec-WebSocket-Version': '13', 'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==' };

/** Each kind: what is told of it, and a flood of it. */
const kinds = [
  ['udp', 'message', 'malformed', () => sendsUdp((i) => `nonsense ${i}`)],
  ['udp', 'request', 'not_served', () => sendsUdp((i) => sip('SUBSCRIBE', i))],
  ['udp', 'request', 'unknown_dialog', () => sendsUdp((i) => sip('BYE', i, { toTag: ';tag=made-up' }))],
  ['udp', 'invite', 'malformed', () => sendsUdp((i) => sip('INVITE', i).replace('CSeq: 1 INVITE', 'CSeq: 1 BYE'))],
  ['tcp', 'message', 'malformed', () => each(() => says(dering.ports.sip, 'REGISTER sip:dering SIP/2.0\r\nContent-Length: 0\r\n\r\n'))],
  ['ws', 'websocket', 'foreign_origin', () => each(() => asks('/ws/sip', { ...upgrade, Origin: 'https://evil.example', 'Sec-WebSocket-Protocol': 'sip' }))],
  ['ws', 'websocket', 'malformed', () => each(() => asks('/ws/sip', { ...upgrade, Origin: dering.http, 'Sec-WebSocket-Protocol': 'mqtt' }))],
  ['http', 'http', 'malformed', () => each(() => says(dering.ports.http, 'nonsense\r\n\r\n'))],
  ['http', 'http', 'too_large', () => each(() => asks(`/${'a'.repeat(6_000)}`))],
  ['http', 'http', 'foreign_host', () => each(() => asks('/config.json', { Host: 'other.example' }))],
  ['http', 'http', 'foreign_origin', () => each(() => asks('/config.json?origin=https%3A%2F%2Fother.example'))],
  ['http', 'api', 'bad_token', () => each(() => api(dering.http, '/api/v1/me', 'x.y.z'))],
  ['http', 'sign_in', 'malformed', () => each(() => asks('/oidc/authorize?client_id=nobody'))],
  ['http', 'logout', 'bad_token', async () => { for (let i = 0; i < 20; i++) await asks('/oidc/backchannel-logout', { 'Content-Type': 'application/x-www-form-urlencoded' }, { method: 'POST' }); }, 20],
  ['https', 'connection', 'no_tls', () => each(() => says(dering.ports.https, 'GET / HTTP/1.1\r\n\r\n'))],
];

for (const [transport, what, reason, flood, times = many] of kinds) {
  test(`G5, AT11: ${what} over ${transport}: ${reason} is one line a second with its count`, { timeout: 60_000 }, async () => {
    const mark = lines().length;
    const began = Date.now();
    await flood();
    const head = `refused: source=127.0.0.1 transport=${transport} what=${what} reason=${reason} `;
    const since = () => lines().slice(mark);
    const told = () => since().filter((line) => line.includes(head));
    const count = () => told().reduce((sum, line) => sum + Number(line.match(/ count=(\d+) /)[1]), 0);
    await until(async () => count() >= times * 0.9, 8, `told ${count()} of ${times}`);
    const seconds = (Date.now() - began) / 1000;
    assert.ok(told().length <= seconds + 2, `${told().length} lines in ${seconds} s`);
    // One voice: nothing else in the log has a line for each of them, or says that something was refused.
    const others = since().filter((line) => !line.includes(head));
    assert.ok(others.length <= 2 * seconds + 4, others.join('\n'));
    assert.deepEqual(others.filter((line) => / refused(?!: (source|count)=)/.test(line)), []);
  });
}

test('what found no room and all other counts are a table with names and meanings, and status shows an overflow', async () => {
  const table = await dering.command('status', '--counters');
  assert.match(table, /^name +value +meaning\n/);
  assert.match(table, /^sip_datagrams_unreadable +[1-9]\d* +datagrams that are neither/m);
  assert.match(table, /^origins_refused +[1-9]\d* /m);
  const status = await dering.status();
  assert.ok(status.counters.length > 30);
  for (const { name, value, kind, meaning } of status.counters) {
    assert.match(name, /^[a-z_]+$/);
    assert.ok(Number.isSafeInteger(value) && value >= 0, name);
    assert.ok(['now', 'since the start', 'overflow'].includes(kind) && meaning.length > 10, name);
  }
  assert.match(await dering.command('status'), /^overflow +\S/m);
});

test('a phone that says nothing more after its request hears the answer', async () => {
  const heard = await new Promise((resolve, reject) => {
    let text = '';
    const socket = connect({ port: dering.ports.sip, host: '127.0.0.1', allowHalfOpen: true }, () => socket.end(sip('OPTIONS', 1, { transport: 'TCP' })));
    socket.setEncoding('utf8').on('data', (data) => (text += data)).on('error', reject).on('close', () => resolve(text));
    socket.on('end', () => socket.destroy());
  });
  assert.match(heard, /^SIP\/2\.0 200 /);
});
