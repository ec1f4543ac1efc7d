// Hostile input G1 and G2 against the real programs: thousands of connections that say nothing or
// half a word, and storms of TLS handshakes, while a phone makes a call.
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { after, before, test } from 'node:test';
import { startDering } from '../support/dering.mjs';
import { JsSipPhone, once, until } from '../support/jssip_phone.mjs';
import { signIn } from '../support/sign_in.mjs';
import { sipUdp } from '../support/sip_udp.mjs';

const perAddress = 2000; // connections_per_address of startDering
let dering;
let phone;

before(async () => {
  dering = await startDering();
  const account = await dering.addAccount('siti', { extension: '1001' });
  phone = new JsSipPhone(dering.http, '1001', (await signIn(dering.http, account)).access_token);
  await phone.start();
});
after(async () => {
  await phone?.stop();
  await dering?.stop();
});

/** A connection from one of our many loopback addresses; `ended` once the other side closed it. */
function open(port, localAddress, words = '') {
  const socket = connect({ port, host: '127.0.0.1', localAddress });
  socket.heard = '';
  socket.on('data', (bytes) => (socket.heard += bytes)).on('error', () => {});
  socket.on('close', () => (socket.ended = true));
  return new Promise((resolve) => {
    socket.once('close', () => resolve(socket)).once('connect', () => (words && socket.write(words), resolve(socket)));
  });
}

const longest = async (times, act) => {
  let most = 0;
  for (let i = 0; i < times; i++) {
    const begin = performance.now();
    await act();
    most = Math.max(most, performance.now() - begin);
  }
  return most;
};
const options = async () => assert.match(await sipUdp(dering.ports.sip, 'OPTIONS', 'canary'), /^SIP\/2\.0 200 /);

/** What a user notices: the page, the switchboard and a call work, and none takes a second. */
async function canarySings() {
  assert.ok((await longest(20, options)) < 1000, 'OPTIONS took too long');
  assert.ok((await longest(5, async () => assert.equal((await fetch(`${dering.http}/healthz`)).status, 200))) < 1000, 'a page took too long');
  const took = await longest(1, async () => {
    const call = phone.call('*43');
    await once(call, ['confirmed'], ['failed']);
    call.terminate();
  });
  assert.ok(took < 3000, `a call took ${took} ms`);
}

test('G1 five thousand idle and half-said connections keep nobody from calling, and give their room back', { timeout: 120_000 }, async () => {
  const { http, https, sip } = dering.ports;
  const usual = (await dering.status()).connections;
  const kinds = [
    [sip, ''],
    [sip, 'REGISTER sip:127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/TCP 127.0.0.1'],
    [http, ''],
    [http, 'GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: '],
    [https, '\x16\x03\x01\x02\x00\x01'],
  ];
  const idle = [];
  for (let round = 0; round < 100; round++) {
    idle.push(...(await Promise.all(Array.from({ length: 50 }, (_, i) => open(...kinds[i % 5].toSpliced(1, 0, `127.0.1.${1 + (i % 10)}`))))));
  }
  assert.ok((await dering.status()).connections > usual + 4000, 'most of them are open');
  await canarySings();
  // The longest deadline is that for the first SIP message: 30 s.
  await until(() => idle.every((socket) => socket.ended), 60, () => `${idle.filter((socket) => !socket.ended).length} were not closed`);
  await until(async () => (await dering.status()).connections <= usual + 50, 10, 'they are counted still');
  await canarySings();
});

test('G1 one address beyond its share is refused in words, another is not', { timeout: 60_000 }, async () => {
  const { http, sip } = dering.ports;
  const greedy = '127.0.2.1';
  const held = [];
  for (let round = 0; round < perAddress / 50; round++) {
    held.push(...(await Promise.all(Array.from({ length: 50 }, () => open(http, greedy, 'GET / HTTP/1.1\r\n')))));
  }
  // Each is in the middle of a request: those that only wait for one would make room.
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  const page = await open(http, greedy, 'GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n');
  await until(() => page.ended, 5, 'one too many was let in');
  assert.match(page.heard, /^HTTP\/1\.1 503 .*Retry-After: \d+/s);
  // Its phones are counted apart from its pages.
  const line = await open(sip, greedy);
  await new Promise((resolve) => setTimeout(resolve, 300));
  assert.ok(!line.ended);

  const other = await open(http, '127.0.2.2', 'GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
  await until(() => other.ended, 5, 'no answer');
  assert.match(other.heard, /^HTTP\/1\.1 200 /);
  await canarySings();
  for (const socket of [...held, line]) socket.destroy();
});

test('G2 a storm of TLS handshakes keeps nobody from calling', { timeout: 60_000 }, async () => {
  const { https } = dering.ports;
  let goesOn = true;
  let handshakes = 0;
  const storm = Array.from({ length: 16 }, async (_, i) => {
    while (goesOn) {
      await new Promise((resolve) => {
        const socket = connectTls({ port: https, host: '127.0.0.1', localAddress: `127.0.3.${1 + i}`, rejectUnauthorized: false });
        socket.on('error', resolve).on('close', resolve);
        socket.once('secureConnect', () => (handshakes++, socket.destroy()));
      });
    }
  });
  try {
    await until(() => handshakes > 100, 20, 'no storm');
    await canarySings();
    await until(() => handshakes > 500, 30, 'the storm calmed down');
  } finally {
    goesOn = false;
    await Promise.all(storm);
  }
});

test('G2 a client may not renegotiate, nor say hello for ever', { timeout: 30_000 }, async () => {
  const { https } = dering.ports;
  const socket = connectTls({ port: https, host: '127.0.0.1', rejectUnauthorized: false, maxVersion: 'TLSv1.2' });
  socket.on('error', () => {});
  await once(socket, ['secureConnect'], ['error']);
  const fault = await new Promise((resolve) => {
    socket.once('close', () => resolve(new Error('closed')));
    socket.renegotiate({ rejectUnauthorized: false }, resolve);
  });
  assert.ok(fault, 'it was allowed');
  socket.destroy();

  // The first of many records of one ClientHello of 16 MiB.
  const hello = Buffer.concat([Buffer.from([0x16, 3, 1, 0x40, 0, 1, 0xff, 0xff, 0xff]), Buffer.alloc(16_380)]);
  const giant = await open(https, '127.0.3.99', hello);
  await until(() => giant.ended, 15, 'it waits for all of it');
  await canarySings();
});
