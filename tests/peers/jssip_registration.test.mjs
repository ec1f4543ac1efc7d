// Contract with JsSIP, lines S9–S17: registration.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, afterEach, before, test } from 'node:test';
import { startDering } from '../support/dering.mjs';
import { JsSipPhone, once, until } from '../support/jssip_phone.mjs';
import { api, signIn } from '../support/sign_in.mjs';

let dering, account, token;
const phones = [];

before(async () => {
  dering = await startDering();
  account = await dering.addAccount('siti', { extension: '1001' });
  await dering.addAccount('budi', { extension: '1002' });
  token = (await signIn(dering.http, account)).access_token;
});
afterEach(async () => {
  for (const phone of phones.splice(0)) await phone.stop();
});
after(() => dering?.stop());

const phone = (options = {}, bearer = token, extension = '1001') => {
  const made = new JsSipPhone(dering.http, extension, bearer, options);
  phones.push(made);
  return made;
};
/** The status is a second old at most. */
const bindings = async () => {
  await new Promise((resolve) => setTimeout(resolve, 1200));
  return (await dering.status()).bindings;
};

test('S9 S10 REGISTER with instance and reg-id is answered with the same Contact', async () => {
  const siti = phone();
  await siti.start();
  const register = siti.messages('sent', /^REGISTER /)[0];
  assert.match(register, /\+sip\.instance="<urn:uuid:[^"]+>"/);
  const sent = register.match(/^Contact: <([^>]+)>/im)[1];
  const ok = siti.messages('received', /^SIP\/2\.0 200 /)[0];
  const contact = ok.match(/^Contact: (.+)$/im)[1];
  assert.ok(contact.includes(`<${sent}>`), contact);
  assert.match(contact, /\+sip\.instance="<urn:uuid:[^"]+>"/);
  assert.match(contact, /reg-id=1/);
  assert.match(contact, /expires=\d+/);
});

test('S11 the same instance on a new flow replaces the old binding', async () => {
  const instance = randomUUID();
  const first = phone({ instance_id: instance });
  await first.start();
  const before = await bindings();
  const second = phone({ instance_id: instance });
  await second.start();
  assert.equal(await bindings(), before);
});

test('S11 a closed flow loses its binding after the grace of ten seconds', { timeout: 30_000 }, async () => {
  const siti = phone();
  await siti.start();
  const before = await bindings();
  siti.ua.transport.disconnect();
  await until(async () => (await bindings()) === before - 1, 15, 'the binding stays');
});

test('S12 after a reconnect the same Call-ID with a higher CSeq is accepted', async () => {
  const siti = phone();
  await siti.start();
  siti.ua.transport.socket._ws.terminate();
  await once(siti.ua, ['registered']);
  const [first, second] = siti.messages('sent', /^REGISTER /);
  const field = (text, name) => text.match(new RegExp(`^${name}: *(.+)$`, 'im'))[1];
  assert.equal(field(first, 'Call-ID'), field(second, 'Call-ID'));
  assert.equal(parseInt(field(second, 'CSeq')), parseInt(field(first, 'CSeq')) + 1);
});

test('S13 a bare token without the word Bearer is tolerated', async () => {
  const siti = phone({ authorization_jwt: token });
  await siti.start();
});

test('S13 a bad token gets one Bearer challenge that JsSIP understands', async () => {
  const siti = phone({}, 'not.a.token');
  const failed = once(siti.ua, ['registrationFailed'], ['registered']);
  siti.start().catch(() => {});
  const { cause, response } = await failed;
  assert.equal(response.status_code, 401);
  assert.equal(cause, 'Authentication Error');
  const challenges = siti.messages('received', /^SIP\/2\.0 401 /)[0].match(/^WWW-Authenticate: .+$/gim);
  assert.equal(challenges.length, 1);
  assert.match(challenges[0], /Bearer realm="[^"]+", *authz_server="[^"]+", *error="invalid_token"/);
});

test('S14 a desk phone on UDP is offered SHA-256 first and MD5 last, both with qop auth', async () => {
  const { sipUdp } = await import('../support/sip_udp.mjs');
  const answer = await sipUdp(dering.ports.sip, 'REGISTER', '1001');
  const challenges = answer.match(/^WWW-Authenticate: .+$/gim);
  assert.equal(challenges.length, 2, answer);
  for (const challenge of challenges) assert.match(challenge, /^WWW-Authenticate: Digest .*qop="auth"/i);
  assert.match(challenges[0], /algorithm=SHA-256,/);
  assert.match(challenges[1], /algorithm=MD5,/);
});

test('S15 a binding never outlives its token', async () => {
  const siti = phone({ register_expires: 3600 });
  await siti.start();
  const granted = Number(siti.messages('received', /^SIP\/2\.0 200 /)[0].match(/expires=(\d+)/)[1]);
  const { exp } = JSON.parse(Buffer.from(token.split('.')[1], 'base64url'));
  assert.ok(granted <= exp - Date.now() / 1000 + 1, `${granted} s`);
});

test('S15 the identity comes from the token, not from what the phone says', async () => {
  const siti = phone({}, token, '1002');
  const { response } = await failure(siti);
  assert.equal(response.status_code, 403);
});

const failure = (made) => {
  const failed = once(made.ua, ['registrationFailed'], ['registered']);
  made.start().catch(() => {});
  return failed;
};

test('S16 CANCEL and ACK carry no token and are accepted', async () => {
  const siti = phone();
  await siti.start();
  const call = siti.call('1002');
  const { cause } = await once(call, ['failed'], ['confirmed']);
  assert.notEqual(cause, 'Authentication Error');
  await until(() => siti.messages('sent', /^ACK /).length === 1, 12, 'no ACK was sent');
  const retransmitted = siti.messages('received', /^SIP\/2\.0 [4-6]/).filter((text) => /CSeq: \d+ INVITE/i.test(text));
  assert.equal(retransmitted.length, 1);
});

test('S17 no GRUU is handed out', async () => {
  const siti = phone();
  await siti.start();
  assert.doesNotMatch(siti.messages('received', /^SIP\/2\.0 200 /)[0], /pub-gruu|temp-gruu/);
});

test('a signed-in user is present to others', async () => {
  const siti = phone();
  await siti.start();
  await until(
    async () => {
      const { body } = await api(dering.http, '/api/v1/directory', token);
      return body.people.find((person) => person.extension === '1001').presence === 'available';
    },
    12,
    'siti is not available',
  );
});
