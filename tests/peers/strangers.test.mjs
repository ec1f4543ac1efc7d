// What strangers send costs no transaction and no memory, and over UDP never more bytes than three
// times their own (AT2, AT3): floods over TCP and UDP while people who are signed in make calls.
import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import { startDering } from '../support/dering.mjs';
import { JsSipPhone, once } from '../support/jssip_phone.mjs';
import { signIn } from '../support/sign_in.mjs';

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

const methods = ['INVITE', 'REGISTER', 'OPTIONS', 'SUBSCRIBE', 'MESSAGE', 'BYE'];
const request = (method, id, transport = 'TCP') =>
  [
    `${method} sip:1001@127.0.0.1 SIP/2.0`,
    `Via: SIP/2.0/${transport} 127.0.0.1;branch=z9hG4bK${id};rport`,
    'Max-Forwards: 70',
    'From: <sip:1002@127.0.0.1>;tag=a',
    'To: <sip:1001@127.0.0.1>',
    `Call-ID: ${id}`,
    `CSeq: 1 ${method}`,
    'Contact: <sip:1002@127.0.0.1>',
    'Content-Length: 0',
    '',
    '',
  ].join('\r\n');

/** Resident memory of the switchboard in MB. */
const memory = async () => Number((await readFile(`/proc/${dering.child.pid}/status`, 'utf8')).match(/VmRSS:\s+(\d+)/)[1]) / 1024;

async function canCall() {
  const call = phone.call('*43');
  await once(call, ['confirmed'], ['failed']);
  call.terminate();
}

test('AT2 a hundred thousand requests of a stranger on one connection leave calls and memory as they were', { timeout: 120_000 }, async (t) => {
  await canCall();
  const usual = await memory();
  const socket = connect({ port: dering.ports.sip, host: '127.0.0.1' });
  let answers = 0;
  socket.on('data', (bytes) => (answers += bytes.toString('latin1').split('SIP/2.0 ').length - 1)).on('error', () => {});
  await once(socket, ['connect'], ['error']);
  for (let batch = 0; batch < 400 && !socket.destroyed; batch++) {
    const texts = Array.from({ length: 250 }, (_, i) => request(methods[i % methods.length], `t${batch}-${i}`));
    if (!socket.write(texts.join(''))) await Promise.race([once(socket, ['drain', 'close']), new Promise((resolve) => setTimeout(resolve, 200))]);
    if (batch % 100 === 50) await canCall();
  }
  await canCall();
  socket.destroy();
  const grown = (await memory()) - usual;
  t.diagnostic(`${answers} answers, ${grown.toFixed(1)} MB more`);
  assert.ok(answers > 0);
  assert.ok(grown < 40, `${grown} MB more`);
});

/** Sends one datagram; gives what came back within the time. */
function answersTo(text, milliseconds) {
  const socket = createSocket('udp4');
  const heard = [];
  return new Promise((resolve) => {
    socket.on('message', (bytes) => heard.push(bytes));
    socket.bind(0, '127.0.0.1', () => socket.send(text, dering.ports.sip, '127.0.0.1'));
    setTimeout(() => (socket.close(), resolve(heard)), milliseconds);
  });
}

test('AT3 every request of a stranger over UDP gets one datagram of at most three times its bytes', { timeout: 60_000 }, async () => {
  const tiny = ['INVITE sip:1 SIP/2.0', 'v:SIP/2.0/UDP 1.1.1.1;branch=z9hG4bK1', 'f:<sip:a>;tag=1', 't:<sip:b>', 'i:1', 'CSeq:1 INVITE', '', ''].join('\r\n');
  const texts = [tiny, ...methods.map((method) => request(method, `u-${method}`, 'UDP')), request('INVITE', 'broken', 'UDP').replace('CSeq: 1 INVITE', 'CSeq: 1 BYE')];
  // Longer than the timers that repeat a response: T1, and twice that.
  const heard = await Promise.all(texts.map((text) => answersTo(text, 2500)));
  heard.forEach((answers, i) => {
    assert.equal(answers.length, 1, `${answers.length} datagrams to ${texts[i].slice(0, 20)}`);
    assert.ok(answers[0].length <= 3 * texts[i].length, `${answers[0].length} bytes to ${texts[i].length}`);
  });
  assert.match(String(heard[0][0]), /^SIP\/2\.0 407 [^]*SHA-256/);
});

test('AT2 a flood of datagrams leaves calls and memory as they were', { timeout: 60_000 }, async (t) => {
  const usual = await memory();
  const socket = createSocket('udp4');
  await new Promise((resolve) => socket.bind(0, '127.0.0.1', resolve));
  let answers = 0;
  socket.on('message', () => answers++);
  for (let batch = 0; batch < 200; batch++) {
    for (let i = 0; i < 250; i++) socket.send(request(methods[i % methods.length], `d${batch}-${i}`, 'UDP'), dering.ports.sip, '127.0.0.1');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  await canCall();
  socket.close();
  const grown = (await memory()) - usual;
  t.diagnostic(`${answers} answers, ${grown.toFixed(1)} MB more`);
  assert.ok(answers > 1000);
  assert.ok(grown < 40, `${grown} MB more`);
});
