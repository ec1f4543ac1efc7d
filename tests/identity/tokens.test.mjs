// Tokens that must not open anything, at REGISTER over WebSocket and at the API: group I of the hostile
// input. Every refusal looks the same to the one who asks; the log has the reason and never the token.
import assert from 'node:assert/strict';
import { createHmac, createPublicKey, randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { after, afterEach, before, test } from 'node:test';
import { SignJWT } from 'jose';
import WebSocket from 'ws';
import { JsSipPhone, until } from '../support/jssip_phone.mjs';
import { newPrivateKey } from '../support/key_pair.mjs';
import { startOidcProvider } from '../support/oidc_provider.mjs';
import { api, signIn as signInLocally } from '../support/sign_in.mjs';
import { claimsOf } from '../support/sign_in_form.mjs';
import { finalAnswers, startWorld } from './world.mjs';

let world, dering, provider, siti, extension;

before(async () => {
  provider = await startOidcProvider();
  world = await startWorld(provider, { identity: 'built_in = true' });
  ({ dering } = world);
  siti = await world.signIn('siti');
  extension = await siti.extension();
});
afterEach(() => world.hangUpAll());
after(() => world?.stop());

const base64 = (value) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
const now = () => Math.floor(Date.now() / 1000);
const parts = (token) => token.split('.');
const header = (token) => JSON.parse(Buffer.from(parts(token)[0], 'base64url'));
const rsa = () => newPrivateKey('RS256');

/** The registrar's answer to a REGISTER that carries the token. */
async function registerWith(token) {
  const phone = new JsSipPhone(dering.http, extension, token, { register: true });
  phone.start().catch(() => {});
  try {
    await until(() => phone.messages('received', /^SIP\/2\.0 [2-6]/).length > 0, 5, 'no answer to REGISTER');
    // JsSIP answers a challenge once; after that nothing more comes.
    await new Promise((resolve) => setTimeout(resolve, 150));
    return { status: finalAnswers(phone, 'REGISTER').at(-1), text: phone.received.filter((text) => /^CSeq: \d+ REGISTER/im.test(text)).at(-1) };
  } finally {
    await phone.stop();
  }
}

const good = () => provider.mint('siti');
const withClaims = (claims) => () => provider.mint('siti', claims);
/** Claims and header as given, signed by `key`. */
const signedBy = (key, fields, claims) => async () =>
  new SignJWT({ ...claimsOf(await good()), ...claims }).setProtectedHeader({ alg: 'RS256', typ: 'JWT', ...fields }).sign(key);

/** name → [a function that gives the token, the word in the log]. */
const refused = {
  'alg none': [async () => `${base64({ alg: 'none', typ: 'JWT' })}.${parts(await good())[1]}.`, /algorithm not allowed|not three base64url parts/],
  'alg nOnE': [async () => `${base64({ alg: 'nOnE', typ: 'JWT' })}.${parts(await good())[1]}.`, /algorithm not allowed|not three base64url parts/],
  'no signature': [async () => `${parts(await good()).slice(0, 2).join('.')}.`, /bad signature|not three base64url parts/],
  'HS256 with the public key as secret': [
    async () => {
      const pem = createPublicKey({ key: provider.keys[0], format: 'jwk' }).export({ type: 'spki', format: 'pem' });
      const body = `${base64({ ...header(await good()), alg: 'HS256' })}.${parts(await good())[1]}`;
      return `${body}.${createHmac('sha256', pem).update(body).digest('base64url')}`;
    },
    'algorithm not allowed',
  ],
  'a key of nobody under a known id': [async () => signedBy(rsa(), { kid: provider.keys[0].kid })(), 'bad signature'],
  'an unknown key id': [async () => signedBy(rsa(), { kid: randomUUID() })(), 'unknown key'],
  'a key id that is a path': [async () => signedBy(rsa(), { kid: '../../../../etc/passwd' })(), 'unknown key'],
  'a key id that is SQL': [async () => signedBy(rsa(), { kid: "' OR 1=1 --" })(), 'unknown key'],
  'a key of its own in the header': [
    async () => {
      const key = rsa();
      return signedBy(key, { jwk: createPublicKey(key).export({ format: 'jwk' }) })();
    },
    /header member not allowed|unknown key/,
  ],
  'the address of a key in the header': [async () => signedBy(rsa(), { jku: `${provider.issuer}/jwks` })(), /header member not allowed|unknown key/],
  'the encryption key': [async () => signedBy(rsa(), { kid: provider.extraKeys[0].kid })(), /unknown key|bad signature/],
  'a critical extension': [async () => signedBy(rsa(), { kid: provider.keys[0].kid, crit: ['exp'] })().catch(() => handMade({ crit: ['exp'] })), 'header member not allowed'],
  'another issuer': [withClaims({ iss: 'https://sso.example.org/realms/dering' }), 'unknown issuer'],
  'the issuer with a slash more': [() => provider.mint('siti', { iss: `${provider.issuer}/` }), 'unknown issuer'],
  'no audience': [withClaims({ aud: undefined }), 'meant for another audience'],
  'another audience': [withClaims({ aud: 'account' }), 'meant for another audience'],
  'a list of other audiences': [withClaims({ aud: ['account', 'dering-api2'] }), 'meant for another audience'],
  'an audience that is an object': [withClaims({ aud: { 'dering-api': true } }), 'meant for another audience'],
  'another client': [withClaims({ azp: 'portal' }), 'given to another client'],
  'no client': [withClaims({ azp: undefined }), 'given to another client'],
  'expired a minute ago': [() => provider.mint('siti', { iat: now() - 400, exp: now() - 60 }), 'expired'],
  'no expiry': [withClaims({ exp: undefined }), 'expired'],
  'an expiry that is text': [withClaims({ exp: '9999999999' }), /expired|not well formed/],
  'issued in the future': [() => provider.mint('siti', { iat: now() + 300, exp: now() + 600 }), 'not valid yet'],
  'not valid yet': [() => provider.mint('siti', { nbf: now() + 300 }), 'not valid yet'],
  'no subject': [withClaims({ sub: undefined }), 'claims are not well formed'],
  'an ID token': [() => siti.tokens.id_token, /another type of token|meant for another audience|given to another client/],
  "a refresh token's type": [withClaims({ typ: 'Refresh' }), 'another type of token'],
  "an ID token's type": [withClaims({ typ: 'ID' }), 'another type of token'],
  "a logout token's type in the header": [() => provider.mint('siti', {}, { typ: 'logout+jwt' }), 'another type of token'],
  'claims that were changed': [async () => ((one) => `${one[0]}.${base64({ ...claimsOf(one.join('.')), resource_access: { 'dering-api': { roles: ['admin'] } } })}.${one[2]}`)(parts(await good())), 'bad signature'],
  'a claim twice': [async () => handMade({}, (text) => `${text.slice(0, -1)},"sub":"${randomUUID()}"}`), /claims are not well formed/],
  'a token of 64 KB': [withClaims({ filler: 'x'.repeat(48_000) }), 'too long'],
  'five parts': [async () => `${await good()}.a.b`, 'not three base64url parts'],
  'padding': [async () => `${await good()}=`, /not three base64url parts|bad signature/],
  'an empty object': [async () => `${base64('{}')}.${base64('{}')}.AA`, /algorithm not allowed|header/],
  'no token at all': [async () => 'x', 'not three base64url parts'],
};

/** Signed with the provider's real key over any text. */
async function handMade(fields, change = (text) => text) {
  const { createPrivateKey, sign } = await import('node:crypto');
  const [key] = provider.keys;
  const token = await good();
  const text = change(Buffer.from(parts(token)[1], 'base64url').toString());
  const body = `${base64({ ...header(token), ...fields })}.${base64(text)}`;
  return `${body}.${sign('sha256', Buffer.from(body), createPrivateKey({ key, format: 'jwk' })).toString('base64url')}`;
}

test('the token that all others are made from is good', async () => {
  const token = await good();
  assert.equal((await api(dering.http, '/api/v1/me', token)).status, 200);
  assert.equal((await registerWith(token)).status, 200);
  assert.equal((await registerWith(await handMade({}))).status, 200);
});

const answers = new Map();
for (const [name, [make, reason]] of Object.entries(refused)) {
  test(`refused: ${name}`, async () => {
    const token = await make();
    const mark = dering.log.join('').length;
    const answer = await api(dering.http, '/api/v1/me', token).catch((error) => ({ status: error.cause?.code ?? String(error) }));
    assert.ok([401, 400, 413, 431].includes(answer.status) || /ECONNRESET|UND_ERR_SOCKET|EPIPE/.test(answer.status), `API: ${answer.status}`);
    if (answer.status === 401) answers.set(name, JSON.stringify([answer.body, answer.headers.get('www-authenticate')]));
    const since = () => dering.log.join('').slice(mark);
    const said = typeof reason === 'string' ? (text) => text.includes(reason) : (text) => reason.test(text);
    if (token.length < 10_000) {
      const { status, text } = await registerWith(token);
      assert.equal(status, 401, text);
      await until(() => said(since()), 3, `the log does not say ${reason}: ${since()}`);
    }
    if (token.length > 60) assert.equal(since().includes(token.slice(0, 60)), false, 'the log holds the token');
  });
}

test('all refusals read the same', () => {
  assert.ok(answers.size > 25, `${answers.size} answers`);
  assert.equal(new Set(answers.values()).size, 1, [...new Set(answers.values())].join('\n'));
});

test('the log says why the API refused, but in few lines for a flood', async () => {
  const mark = dering.log.join('').length;
  const token = await provider.mint('siti', { iss: 'https://sso.example.org/realms/other', aud: 'portal' });
  for (let i = 0; i < 100; i++) assert.equal((await api(dering.http, '/api/v1/me', token)).status, 401);
  const lines = () => dering.log.join('').slice(mark).match(/refused: source=127\.0\.0\.1 transport=http what=api reason=foreign_token ban=\w+ count=\d+ name=- note="unknown issuer"/g) ?? [];
  await until(() => lines().length > 0, 3, 'the log does not say why');
  assert.ok(lines().length <= 10, `${lines().length} lines`);
  assert.ok(!dering.log.join('').includes('token refused'), 'one refusal has one voice');
});

test('a token in an address opens nothing', async () => {
  const token = await good();
  for (const path of ['/api/v1/me', '/api/v1/directory', '/api/v1/events']) {
    const response = await fetch(`${dering.http}${path}?access_token=${token}`);
    assert.equal(response.status, 401, path);
    await response.body?.cancel();
  }
  for (const query of [`?access_token=${token}`, `?token=${token}`]) {
    const { status } = await upgrade({ origin: dering.http }, `/ws/sip${query}`);
    if (status === 101) {
      // The address is let in like any other and gives no right: REGISTER without a token is challenged.
      const { status: answer } = await registerWith(null);
      assert.equal(answer, 401);
    } else assert.ok(status >= 400, String(status));
  }
  const form = await fetch(`${dering.http}/api/v1/sync`, { method: 'POST', body: new URLSearchParams({ access_token: token }) });
  assert.equal(form.status, 401);
  assert.equal(dering.log.join('').includes(parts(token)[2]), false, 'the log holds the token');
});

test('a cookie opens nothing', async () => {
  const token = await good();
  for (const name of ['access_token', 'token', 'session', '__Host-session']) {
    const response = await fetch(`${dering.http}/api/v1/me`, { headers: { cookie: `${name}=${token}` } });
    assert.equal(response.status, 401, name);
  }
  const page = await fetch(dering.http);
  assert.equal(page.headers.get('set-cookie'), null);
});

/** The status of a WebSocket handshake with these header fields. */
function upgrade(fields, path = '/ws/sip', { host } = {}) {
  const { port } = new URL(dering.http);
  return new Promise((resolve, reject) => {
    const handshake = request({
      host: '127.0.0.1',
      port,
      path,
      headers: {
        host: host ?? `localhost:${port}`,
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
        'sec-websocket-protocol': 'sip',
        ...fields,
      },
    });
    const finish = (response, socket) => (socket?.destroy(), resolve({ status: response.statusCode }));
    handshake.on('upgrade', finish);
    handshake.on('response', (response) => (response.resume(), finish(response)));
    handshake.on('error', reject);
    handshake.end();
  });
}

test('the origin of every WebSocket is checked', async () => {
  const own = new URL(dering.http);
  assert.equal((await upgrade({ origin: dering.http })).status, 101);
  const others = {
    absent: {},
    evil: { origin: 'https://evil.example' },
    null: { origin: 'null' },
    empty: { origin: '' },
    'a sub-domain': { origin: `http://phone.localhost:${own.port}` },
    'our name as its sub-domain': { origin: `http://localhost:${own.port}.evil.example` },
    'our name in its path': { origin: `https://evil.example/localhost:${own.port}` },
    'another scheme': { origin: `https://localhost:${own.port}` },
    'another port': { origin: `http://localhost:${Number(own.port) + 1}` },
    'no port': { origin: 'http://localhost' },
    'the provider': { origin: new URL(provider.issuer).origin },
  };
  for (const [name, fields] of Object.entries(others)) {
    assert.equal((await upgrade(fields)).status, 403, name);
  }
});

test('a thousand unknown key ids: the keys are fetched at most once in 30 seconds', { timeout: 120_000 }, async () => {
  const key = rsa();
  const before = provider.keyFetches();
  const started = Date.now();
  const tokens = await Promise.all(Array.from({ length: 1000 }, () => signedBy(key, { kid: randomUUID() })()));
  const statuses = new Set();
  for (let i = 0; i < tokens.length; i += 250) {
    const some = await Promise.all(tokens.slice(i, i + 250).map((token) => api(dering.http, '/api/v1/me', token)));
    for (const { status } of some) statuses.add(status);
  }
  const seconds = (Date.now() - started) / 1000;
  assert.deepEqual([...statuses], [401]);
  const fetched = provider.keyFetches() - before;
  assert.ok(fetched <= 1 + Math.floor(seconds / 30), `${fetched} fetches in ${seconds} s`);
  console.log(`# 1,000 unknown key ids in ${seconds.toFixed(1)} s: ${fetched} fetches of the keys`);
  assert.equal((await api(dering.http, '/api/v1/me', await good())).status, 200);
});

test('a logout token that is not one changes nothing', async () => {
  const person = await world.phone('siti');
  const event = { 'http://schemas.openid.net/event/backchannel-logout': {} };
  const { sub, sid } = person.claims;
  const logout = (claims, header = {}) => provider.mint('siti', { aud: provider.client, typ: undefined, azp: undefined, sub, sid, events: event, resource_access: undefined, ...claims }, { typ: 'logout+jwt', ...header });
  const post = (fields, type = 'application/x-www-form-urlencoded') =>
    fetch(`${dering.http}/oidc/backchannel-logout`, { method: 'POST', headers: { 'content-type': type }, body: String(new URLSearchParams(fields)) });
  const bad = {
    'an access token': await provider.mint('siti', { sub, sid }),
    'no event': await logout({ events: {} }),
    'a nonce': await logout({ nonce: 'n' }),
    'another client': await logout({ aud: 'portal' }),
    'another issuer': await logout({ iss: 'https://evil.example' }),
    'no jti': await logout({ jti: undefined }),
    'neither sub nor sid': await logout({ sub: undefined, sid: undefined }),
    'an old one': await logout({ iat: now() - 4000, exp: now() - 3900 }),
    'another type': await logout({}, { typ: 'at+jwt' }),
    'an unknown key': await new SignJWT({ ...claimsOf(await logout({})) }).setProtectedHeader({ alg: 'RS256', typ: 'logout+jwt', kid: randomUUID() }).sign(rsa()),
    nothing: '',
  };
  for (const [name, token] of Object.entries(bad)) {
    const response = await post({ logout_token: token });
    assert.equal(response.status, 400, name);
    assert.equal((await response.json()).error, 'invalid_request', name);
    assert.match(response.headers.get('cache-control'), /no-store/, name);
  }
  assert.equal((await post({})).status, 400);
  assert.ok((await post({ logout_token: 'x'.repeat(200_000) }).catch(() => ({ status: 413 }))).status >= 400);
  assert.equal((await person.api('/api/v1/me')).status, 200);
  assert.ok(person.sip.ua.isRegistered());

  const right = await logout({});
  assert.equal((await post({ logout_token: right })).status, 200);
  assert.equal((await person.api('/api/v1/me')).status, 401);
  const again = await post({ logout_token: right });
  assert.equal(again.status, 400, 'a replayed logout token');
});

test('a token of the built-in provider is not one of the other, nor the other way round', async () => {
  const local = await dering.addAccount('penjaga', { extension: '1008' });
  const { access_token: token } = await signInLocally(dering.http, local);
  assert.equal((await api(dering.http, '/api/v1/me', token)).status, 200);
  const forged = await provider.mint('siti', { iss: claimsOf(token).iss, aud: claimsOf(token).aud });
  assert.equal((await api(dering.http, '/api/v1/me', forged)).status, 401);
  // The same subject at another issuer is another person.
  const twin = await provider.mint('budi', { sub: claimsOf(token).sub, preferred_username: 'penjaga' });
  const me = (await api(dering.http, '/api/v1/me', twin)).body;
  assert.notEqual(me.extension, '1008');
});

test('an extension in the token of somebody who may not choose it takes nobody’s number', async () => {
  const mine = await good();
  const { body } = await api(dering.http, '/api/v1/me', mine);
  const thief = await provider.mint('budi', { extension: body.extension });
  assert.notEqual((await api(dering.http, '/api/v1/me', thief)).body?.extension, body.extension);
  assert.equal((await api(dering.http, '/api/v1/me', mine)).body.extension, body.extension);
});
