// Contract with JsSIP, lines S32–S35: what the server writes into descriptions.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startDering } from '../support/dering.mjs';
import { JsSipPhone, once } from '../support/jssip_phone.mjs';
import { signIn } from '../support/sign_in.mjs';

let dering, siti, budi, call, incoming;

before(async () => {
  dering = await startDering();
  for (const [username, extension] of [['siti', '1001'], ['budi', '1002']]) {
    const account = await dering.addAccount(username, { extension });
    const { access_token } = await signIn(dering.http, account);
    const phone = new JsSipPhone(dering.http, extension, access_token);
    await phone.start();
    if (extension === '1001') siti = phone;
    else budi = phone;
  }
  call = siti.call('1002');
  const confirmed = once(call, ['confirmed'], ['failed']);
  incoming = await budi.rings();
  incoming.answer({ mediaStream: { getTracks: () => [] } });
  await confirmed;
});
after(async () => {
  call?.terminate();
  await siti?.stop();
  await budi?.stop();
  await dering?.stop();
});

const remote = (session) => session.connection.remoteDescription.sdp;
const attribute = (sdp, name) => sdp.match(new RegExp(`^a=${name}:(.+)$`, 'm'))?.[1].trim();

for (const [side, session] of [['answer', () => call], ['offer', () => incoming]]) {
  test(`S32 the ${side} has ICE-lite, one host candidate, rtcp-mux, mid and BUNDLE`, () => {
    const sdp = remote(session());
    assert.match(sdp, /^m=audio \d+ UDP\/TLS\/RTP\/SAVPF /m);
    assert.match(sdp, /^a=ice-lite/m);
    assert.match(sdp, /^a=rtcp-mux/m);
    assert.match(sdp, /^a=mid:0/m);
    assert.match(sdp, /^a=group:BUNDLE 0/m);
    assert.ok(attribute(sdp, 'ice-ufrag').length >= 4);
    assert.ok(attribute(sdp, 'ice-pwd').length >= 22);
    const candidates = sdp.match(/^a=candidate:.+$/gm);
    assert.equal(candidates.length, 1);
    assert.match(candidates[0], new RegExp(` udp \\d+ 127\\.0\\.0\\.1 ${dering.ports.media} typ host`, 'i'));
  });
}

test('S32 the relay is sealed: each side sees the fingerprint and setup of the other', () => {
  assert.equal(attribute(remote(call), 'fingerprint'), `sha-256 ${incoming.connection.fingerprint}`);
  assert.equal(attribute(remote(incoming), 'fingerprint'), `sha-256 ${call.connection.fingerprint}`);
  assert.equal(attribute(remote(incoming), 'setup'), 'actpass');
  assert.equal(attribute(remote(call), 'setup'), 'active');
});

test('S32 the two sides get different ICE credentials', () => {
  assert.notEqual(attribute(remote(call), 'ice-ufrag'), attribute(remote(incoming), 'ice-ufrag'));
});

test('S33 codecs and telephone-event rates pass unchanged', () => {
  for (const codec of ['111 opus/48000/2', '9 G722/8000', '0 PCMU/8000', '110 telephone-event/48000', '126 telephone-event/8000']) {
    assert.ok(remote(incoming).includes(`a=rtpmap:${codec}`), codec);
  }
});

test('S33 the echo answers with Opus and the telephone-events, terminated', async () => {
  const echo = siti.call('*43');
  await once(echo, ['confirmed'], ['failed']);
  const sdp = remote(echo);
  assert.match(sdp, /^a=rtpmap:111 opus\/48000\/2/m);
  assert.match(sdp, /^a=rtpmap:110 telephone-event\/48000/m);
  assert.equal(attribute(sdp, 'setup'), 'passive');
  assert.notEqual(attribute(sdp, 'fingerprint'), `sha-256 ${echo.connection.fingerprint}`);
  echo.terminate();
});

test('S34 a second answer keeps the m-lines and raises the version of the origin', async () => {
  const origin = (sdp) => sdp.match(/^o=\S+ (\d+) (\d+)/m).slice(1).map(BigInt);
  const first = remote(call);
  await new Promise((resolve) => assert.ok(call.hold({}, resolve)));
  const second = remote(call);
  assert.equal(second.match(/^m=/gm).length, first.match(/^m=/gm).length);
  assert.equal(origin(second)[0], origin(first)[0]);
  assert.ok(origin(second)[1] > origin(first)[1]);
  await new Promise((resolve) => assert.ok(call.unhold({}, resolve)));
});

test('S34 an ICE restart is answered with new credentials', async () => {
  const before = attribute(remote(call), 'ice-ufrag');
  await new Promise((resolve) => assert.ok(call.renegotiate({ rtcOfferConstraints: { iceRestart: true } }, resolve)));
  assert.notEqual(attribute(remote(call), 'ice-ufrag'), before);
});

test('S35 while JsSIP has an offer pending the server sends none of its own', async () => {
  const before = budi.messages('received', /^(INVITE|UPDATE) /).length;
  const held = new Promise((resolve) => incoming.hold({}, resolve));
  await Promise.all([held, new Promise((resolve) => call.hold({}, resolve))]);
  for (const phone of [siti, budi]) assert.equal(phone.messages('sent', /^SIP\/2\.0 491/).length, 0);
  assert.ok(budi.messages('received', /^(INVITE|UPDATE) /).length >= before);
});
