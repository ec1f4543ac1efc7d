// Contract with JsSIP, lines S18–S25, S30 and S31: calls.
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { startDering } from '../support/dering.mjs';
import { JsSipPhone, once, until } from '../support/jssip_phone.mjs';
import { signIn } from '../support/sign_in.mjs';

let dering, siti, budi;
const tokens = {};

before(async () => {
  dering = await startDering({ config: '[calls]\nring_seconds = 5\n' });
  for (const [username, extension] of [['siti', '1001'], ['budi', '1002'], ['ayu', '1003']]) {
    const account = await dering.addAccount(username, { extension });
    tokens[extension] = (await signIn(dering.http, account)).access_token;
  }
  siti = new JsSipPhone(dering.http, '1001', tokens['1001']);
  budi = new JsSipPhone(dering.http, '1002', tokens['1002']);
  await siti.start();
  await budi.start();
});
afterEach(async () => {
  await until(async () => (await dering.status()).calls === 0, 8, 'a call was left behind');
});
after(async () => {
  await siti?.stop();
  await budi?.stop();
  await dering?.stop();
});

const field = (text, name) => text.match(new RegExp(`^${name}: *(.+)$`, 'im'))?.[1];
const invites = (phone, direction) => phone.messages(direction, /^INVITE /);
const answersTo = (phone, method) =>
  phone.messages('received', /^SIP\/2\.0 /).filter((text) => new RegExp(`^CSeq: \\d+ ${method}`, 'im').test(text));

/** A call from siti that budi answered: [siti's session, budi's session]. */
async function talk() {
  const call = siti.call('1002');
  const confirmed = once(call, ['confirmed'], ['failed']);
  const incoming = await budi.rings();
  incoming.answer({ mediaStream: { getTracks: () => [] } });
  await confirmed;
  return [call, incoming];
}
async function hangUp(call, other) {
  const ended = once(other, ['ended'], ['failed']);
  call.terminate();
  return ended;
}

test('two JsSIP phones talk, and BYE reaches the other side', async () => {
  const [call, incoming] = await talk();
  await hangUp(call, incoming);
});

test('S18 100 Trying comes at once, and CANCEL ends the ringing', async () => {
  const call = siti.call('1002');
  await until(() => answersTo(siti, 'INVITE').some((text) => text.startsWith('SIP/2.0 100 ')), 1, 'no 100 Trying');
  const incoming = await budi.rings();
  const failed = once(incoming, ['failed']);
  call.terminate();
  assert.equal((await failed).originator, 'remote');
});

test('S19 the server asks JsSIP for nothing it does not support', async () => {
  const [call, incoming] = await talk();
  const invite = invites(budi, 'received').at(-1);
  assert.equal(field(invite, 'Require'), undefined);
  assert.equal(field(answersTo(siti, 'INVITE').at(-1), 'Require') ?? 'timer', 'timer');
  await hangUp(incoming, call);
});

test('S20 one To tag and one description reach the caller', async () => {
  const [call, incoming] = await talk();
  const mine = field(invites(siti, 'sent').at(-1), 'Call-ID');
  const responses = answersTo(siti, 'INVITE').filter((text) => field(text, 'Call-ID') === mine && !text.startsWith('SIP/2.0 100'));
  assert.equal(new Set(responses.map((text) => field(text, 'To'))).size, 1);
  const described = responses.map((text) => text.split('\r\n\r\n')[1]).filter(Boolean);
  assert.equal(new Set(described).size, 1);
  await hangUp(call, incoming);
});

test('S21 a 2xx whose ACK comes late is acknowledged in the end and nothing breaks', async () => {
  const call = siti.call('1002');
  const apply = RTCPeerConnection.prototype.setRemoteDescription;
  RTCPeerConnection.prototype.setRemoteDescription = async function (description) {
    await new Promise((resolve) => setTimeout(resolve, 1300));
    return apply.call(this, description);
  };
  const incoming = await budi.rings();
  RTCPeerConnection.prototype.setRemoteDescription = apply;
  const confirmed = once(call, ['confirmed'], ['failed']);
  incoming.answer({ mediaStream: { getTracks: () => [] } });
  await confirmed;
  await hangUp(call, incoming);
});

test('S22 the server refreshes: 1800 seconds, refresher is never JsSIP', async () => {
  const [call, incoming] = await talk();
  assert.match(field(answersTo(siti, 'INVITE').at(-1), 'Session-Expires'), /^1800; *refresher=uas$/);
  assert.match(field(invites(budi, 'received').at(-1), 'Session-Expires'), /^1800; *refresher=uac$/);
  await hangUp(call, incoming);
});

test('S22 UPDATE without a description is answered with 200', async () => {
  const [call, incoming] = await talk();
  const answered = new Promise((resolve, reject) => {
    call.sendRequest('UPDATE', {
      extraHeaders: ['Session-Expires: 1800;refresher=uas', `Contact: ${call.contact}`],
      eventHandlers: { onSuccessResponse: resolve, onErrorResponse: (r) => reject(new Error(String(r.status_code))) },
    });
  });
  assert.equal((await answered).status_code, 200);
  await hangUp(call, incoming);
});

for (const how of [{}, { useUpdate: true }]) {
  const name = how.useUpdate ? 'UPDATE' : 're-INVITE';
  test(`S23 S25 hold by ${name} is answered with a fitting direction, and so is unhold`, async () => {
    const [call, incoming] = await talk();
    await new Promise((resolve, reject) => {
      call.once('ended', () => reject(new Error('hold ended the call')));
      assert.ok(call.hold(how, resolve));
    });
    assert.match(call.connection.remoteDescription.sdp, /^a=(recvonly|inactive)/m);
    await new Promise((resolve) => assert.ok(call.unhold(how, resolve)));
    assert.match(call.connection.remoteDescription.sdp, /^a=sendrecv/m);
    await hangUp(call, incoming);
  });
}

test('S23 both sides hold at the same moment: no 491, and the call goes on', async () => {
  const [call, incoming] = await talk();
  const both = [call, incoming].map((session) => new Promise((resolve) => session.hold({}, resolve)));
  await Promise.all(both);
  for (const phone of [siti, budi]) assert.equal(phone.messages('received', /^SIP\/2\.0 491/).length, 0);
  assert.ok(call.isEstablished() && incoming.isEstablished());
  await hangUp(call, incoming);
});

test('S37 a page whose ACK was lost is asked what it has, and says that it holds', async () => {
  const [call, incoming] = await talk();
  const body = (text) => text.split('\r\n\r\n')[1];
  const asked = () => invites(siti, 'received').filter((text) => body(text) === '');
  siti.breaksBefore = /^ACK /;
  await new Promise((resolve) => assert.ok(call.hold({}, resolve)));
  await until(() => siti.messages('received', /^ACK /).some((text) => /^a=recvonly/m.test(body(text))), 8, 'no answer');
  assert.equal(asked().length, 1);
  assert.match(siti.messages('sent', /^SIP\/2\.0 200/).at(-1), /^a=sendonly/m);
  assert.ok(call.isEstablished() && incoming.isEstablished());
  await new Promise((resolve) => assert.ok(call.unhold({}, resolve)));
  await hangUp(call, incoming);
});

test('S24 an offer without candidates on port 9 is accepted', async () => {
  const [call, incoming] = await talk();
  const offer = invites(siti, 'sent').at(-1);
  assert.match(offer, /^m=audio 9 /m);
  assert.doesNotMatch(offer, /a=candidate/);
  await hangUp(call, incoming);
});

test('S30 no 100rel is asked for', async () => {
  const [call, incoming] = await talk();
  for (const text of [...siti.received, ...budi.received]) assert.doesNotMatch(text, /^Require:.*100rel/im);
  await hangUp(call, incoming);
});

test('S31 a second call rings as well; the phone decides that it is busy', async () => {
  const ayu = new JsSipPhone(dering.http, '1003', tokens['1003']);
  await ayu.start();
  const [call, incoming] = await talk();
  const second = ayu.call('1002');
  const failed = once(second, ['failed']);
  (await budi.rings()).terminate({ status_code: 486 });
  assert.equal((await failed).message.status_code, 486);
  await hangUp(call, incoming);
  await ayu.stop();
});

const outcome = async (target, react = async () => {}) => {
  const call = siti.call(target);
  const failed = once(call, ['failed'], ['confirmed'], 12);
  await react();
  return (await failed).message?.status_code;
};

test('declined is 603', async () => {
  assert.equal(await outcome('1002', async () => (await budi.rings()).terminate()), 603);
});
test('an unknown number is 404', async () => assert.equal(await outcome('9999'), 404));
test('calling oneself is 482', async () => assert.equal(await outcome('1001'), 482));
test('somebody without an open phone is 480', async () => assert.equal(await outcome('1003'), 480));
test('no answer is 408 on the one side and ends the ringing on the other', async () => {
  let ended;
  const status = await outcome('1002', async () => {
    ended = once(await budi.rings(), ['failed'], [], 12);
  });
  assert.equal(status, 408);
  assert.equal((await ended).originator, 'remote');
});

test('the echo answers *43', async () => {
  const call = siti.call('*43');
  await once(call, ['confirmed'], ['failed']);
  const ended = once(call, ['ended']);
  call.terminate();
  await ended;
});

test('a caller who closes the page stops the ringing', async () => {
  const ayu = new JsSipPhone(dering.http, '1003', tokens['1003']);
  await ayu.start();
  ayu.call('1002');
  const incoming = await budi.rings();
  const failed = once(incoming, ['failed']);
  ayu.ua.transport.socket._ws.terminate();
  ayu.ua.stop();
  await failed;
});
