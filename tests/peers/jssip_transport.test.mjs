// Contract with JsSIP, lines S1–S8: the transport.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import WebSocket from 'ws';
import { startDering } from '../support/dering.mjs';
import { JsSipPhone, callOptions, once, until } from '../support/jssip_phone.mjs';
import { signIn } from '../support/sign_in.mjs';

let dering, siti, budi;

before(async () => {
  dering = await startDering();
  const phone = async (username, extension, name) => {
    const account = await dering.addAccount(username, { extension, name });
    const { access_token } = await signIn(dering.http, account);
    return new JsSipPhone(dering.http, extension, access_token);
  };
  siti = await phone('siti', '1001', 'Siti Àdé');
  budi = await phone('budi', '1002', 'Budi');
  await siti.start();
  await budi.start();
});
after(async () => {
  await siti?.stop();
  await budi?.stop();
  await dering?.stop();
});

const upgrade = (headers, protocol = 'sip') =>
  new Promise((resolve) => {
    const socket = new WebSocket(`${dering.http.replace('http', 'ws')}/ws/sip`, protocol, { headers });
    socket.on('open', () => (resolve({ status: 101, protocol: socket.protocol }), socket.terminate()));
    socket.on('unexpected-response', (_, response) => (resolve({ status: response.statusCode }), socket.terminate()));
    socket.on('error', () => {});
  });

test('S1 the subprotocol sip is echoed, and only allowed origins are let in', async () => {
  assert.deepEqual(await upgrade({ origin: dering.http }), { status: 101, protocol: 'sip' });
  for (const origin of ['https://evil.example', 'null', `${dering.http}.evil.example`]) {
    assert.equal((await upgrade({ origin })).status, 403, origin);
  }
  assert.equal((await upgrade({})).status, 403);
  assert.equal((await upgrade({ origin: dering.http }, 'chat')).status, 400);
});

test('S1 one SIP message may come as text or binary', async () => {
  const socket = new WebSocket(`${dering.http.replace('http', 'ws')}/ws/sip`, 'sip', { headers: { origin: dering.http } });
  await new Promise((resolve) => socket.on('open', resolve));
  for (const [binary, id] of [[false, 'text'], [true, 'binary']]) {
    const answer = new Promise((resolve) => socket.once('message', (data) => resolve(String(data))));
    socket.send(options(id), { binary });
    assert.match(await answer, /^SIP\/2\.0 200 /);
  }
  socket.terminate();
});

const options = (id) =>
  [
    'OPTIONS sip:dering SIP/2.0',
    `Via: SIP/2.0/WS raw.invalid;branch=z9hG4bK${id}`,
    'Max-Forwards: 70',
    'From: <sip:x@raw.invalid>;tag=1',
    'To: <sip:dering>',
    `Call-ID: ${id}`,
    'CSeq: 1 OPTIONS',
    'Content-Length: 0',
    '',
    '',
  ].join('\r\n');

test('S2 a caller name beyond ASCII arrives whole, in a text frame that is UTF-8', async () => {
  const call = siti.call('1002');
  const incoming = await budi.rings();
  assert.equal(incoming.remote_identity.display_name, 'Siti Àdé');
  const ended = once(incoming, ['failed', 'ended']);
  call.terminate();
  await ended;
});

test('S3 the server pings, so that JsSIP need not', { timeout: 60_000 }, async () => {
  const socket = new WebSocket(`${dering.http.replace('http', 'ws')}/ws/sip`, 'sip', { headers: { origin: dering.http } });
  await new Promise((resolve) => socket.on('open', resolve));
  socket.send(options('ping')); // past the deadline for a first message
  await new Promise((resolve, reject) => {
    socket.on('ping', resolve);
    setTimeout(() => reject(new Error('no ping within 30 s')), 30_000);
  });
  socket.terminate();
});

test('S4 two connections that use one branch do not disturb each other', async () => {
  const connect = async () => {
    const socket = new WebSocket(`${dering.http.replace('http', 'ws')}/ws/sip`, 'sip', { headers: { origin: dering.http } });
    await new Promise((resolve) => socket.on('open', resolve));
    return socket;
  };
  const [one, two] = [await connect(), await connect()];
  const answers = [one, two].map((socket) => new Promise((resolve) => socket.once('message', (data) => resolve(String(data)))));
  one.send(options('same'));
  two.send(options('same').replace('raw.invalid;branch', 'other.invalid;branch'));
  assert.match(await answers[0], /Via: SIP\/2\.0\/WS raw\.invalid;branch=z9hG4bKsame/);
  assert.match(await answers[1], /Via: SIP\/2\.0\/WS other\.invalid;branch=z9hG4bKsame/);
  one.terminate();
  two.terminate();
});

test('S5 every response has exactly one Via and a right Content-Length', () => {
  const responses = siti.messages('received', /^SIP\/2\.0 /);
  assert.ok(responses.length > 0);
  for (const text of responses) {
    assert.equal(text.match(/^Via:/gim)?.length, 1, text);
    const [head, body = ''] = text.split('\r\n\r\n');
    assert.equal(Number(head.match(/^Content-Length: *(\d+)/im)[1]), Buffer.byteLength(body), text);
  }
});

test('S6 a call goes to the registered Contact verbatim', async () => {
  const call = siti.call('1002');
  const incoming = await budi.rings();
  const invite = budi.messages('received', /^INVITE /).at(-1);
  const contact = budi.messages('sent', /^REGISTER /)[0].match(/^Contact: <([^>]+)>/im)[1];
  assert.equal(invite.split(' ')[1], contact);
  const ended = once(incoming, ['failed', 'ended']);
  call.terminate();
  await ended;
});

test('S7 each leg has a Call-ID of its own', async () => {
  const call = siti.call('1002');
  const incoming = await budi.rings();
  const mine = siti.messages('sent', /^INVITE /).at(-1).match(/^Call-ID: *(.+)$/im)[1];
  const theirs = budi.messages('received', /^INVITE /).at(-1).match(/^Call-ID: *(.+)$/im)[1];
  assert.notEqual(mine, theirs);
  const ended = once(incoming, ['failed', 'ended']);
  call.terminate();
  await ended;
});

test('S8 a UTF-8 display name goes out quoted', () => {
  const invite = budi.messages('received', /^INVITE /).at(-1);
  assert.match(invite, /^From: "Siti Àdé" <sip:1001@/m);
});
