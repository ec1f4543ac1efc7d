// Three issuers at one Dering: tokens like Keycloak's, plain RFC 9068 tokens without roles, local accounts.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { freePort } from '../support/free_port.mjs';
import { startDering } from '../support/dering.mjs';
import { JsSipPhone, once, until } from '../support/jssip_phone.mjs';
import { startOidcProvider } from '../support/oidc_provider.mjs';
import { api, signIn as signInLocally } from '../support/sign_in.mjs';
import { issuerToml } from './world.mjs';

let university, hospital, dering;
const phones = {};

before(async () => {
  university = await startOidcProvider();
  hospital = await startOidcProvider({ style: 'rfc9068', audience: 'https://phone.example.org' });
  const ports = { http: await freePort(), https: await freePort(), sip: await freePort() };
  const origins = [`http://localhost:${ports.http}`];
  const passwords = [await university.makeRealm(origins), await hospital.makeRealm(origins)];
  const plain = `audience = "https://phone.example.org"\ndefault_role = "user"\n[[issuer.group]]\npath = "/Pusat TI"\nrole = "admin"\n`;
  dering = await startDering({
    ports,
    config: `[identity]\nbuilt_in = true\n${issuerToml(university)}${issuerToml(hospital, { label: 'Rumah Sakit', more: plain })}`,
  });
  const local = await dering.addAccount('teknisi', { extension: '5001', name: 'Teknisi' });
  const tokens = {
    university: (await university.signIn(dering.http, { username: 'siti', password: passwords[0].siti })).access_token,
    hospital: (await hospital.signIn(dering.http, { username: 'siti', password: passwords[1].siti })).access_token,
    admin: (await hospital.signIn(dering.http, { username: 'ayu', password: passwords[1].ayu })).access_token,
    local: (await signInLocally(dering.http, local)).access_token,
  };
  for (const [name, token] of Object.entries(tokens)) {
    const { status, body } = await api(dering.http, '/api/v1/me', token);
    assert.equal(status, 200, name);
    phones[name] = { token, me: body, sip: new JsSipPhone(dering.http, body.extension, token) };
    await phones[name].sip.start();
  }
});
after(async () => {
  for (const { sip } of Object.values(phones)) await sip.stop();
  await dering?.stop();
  await university?.stop();
  await hospital?.stop();
});

test('the page is told of all three', async () => {
  const { issuers } = await (await fetch(`${dering.http}/config.json`)).json();
  assert.deepEqual(
    issuers.map(({ kind, authority }) => [kind, authority]).sort(),
    [['built-in', `${dering.http}/oidc`], ['external', hospital.issuer], ['external', university.issuer]].sort(),
  );
});

test('one name at two issuers is two people with two numbers', () => {
  assert.notEqual(phones.university.me.extension, phones.hospital.me.extension);
  assert.equal(phones.university.me.issuer, university.issuer);
  assert.equal(phones.hospital.me.issuer, hospital.issuer);
});

test('roles come from where each issuer keeps them', async () => {
  assert.deepEqual(phones.university.me.roles, ['user']);
  assert.deepEqual(phones.hospital.me.roles, ['user']);
  assert.ok(phones.admin.me.roles.includes('admin'));
  assert.equal((await api(dering.http, '/api/v1/sync', phones.admin.token)).status, 200);
  assert.equal((await api(dering.http, '/api/v1/sync', phones.university.token)).status, 403);
});

test('people of all issuers call each other', { timeout: 60_000 }, async () => {
  for (const [from, to] of [['university', 'hospital'], ['hospital', 'local'], ['local', 'university']]) {
    const call = phones[from].sip.call(phones[to].me.extension);
    const confirmed = once(call, ['confirmed'], ['failed']);
    const incoming = await phones[to].sip.rings();
    assert.equal(incoming.remote_identity.uri.user, phones[from].me.extension);
    incoming.answer({ mediaStream: { getTracks: () => [] } });
    await confirmed;
    const ended = once(incoming, ['ended']);
    call.terminate();
    await ended;
  }
  await until(async () => (await dering.status()).calls === 0, 8, 'a call was left behind');
});

test("a token of one issuer under another's name is refused", async () => {
  const forged = await university.mint('siti', { iss: hospital.issuer, aud: hospital.audience });
  assert.equal((await api(dering.http, '/api/v1/me', forged)).status, 401);
});

test('one issuer down does not disturb the others', { timeout: 60_000 }, async () => {
  await hospital.kill();
  const fresh = await university.mint('budi');
  assert.equal((await api(dering.http, '/api/v1/me', fresh)).status, 200);
  assert.equal((await api(dering.http, '/api/v1/me', phones.hospital.token)).status, 200);
  await hospital.start();
});
