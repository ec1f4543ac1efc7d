// Accounts of the built-in provider with the real programs: roles, desk phones made on the devices
// page, and what ends when a password is changed or somebody signs out.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, afterEach, before, test } from 'node:test';
import { startDering } from '../support/dering.mjs';
import { EventStream } from '../support/event_stream.mjs';
import { JsSipPhone, until } from '../support/jssip_phone.mjs';
import { api, signIn } from '../support/sign_in.mjs';
import { sipUdp } from '../support/sip_udp.mjs';

let dering, siti, budi, watcher;
const open = [];

before(async () => {
  dering = await startDering();
  siti = await dering.addAccount('siti', { extension: '1001' });
  budi = await dering.addAccount('budi', { extension: '1002' });
  watcher = (await signIn(dering.http, budi)).access_token;
});
afterEach(async () => {
  for (const one of open.splice(0)) await one();
});
after(() => dering?.stop());

/** Signs in. A token tells whole seconds, and those of the second in which sign-ins were ended are refused
 *  to be safe: then once more. */
async function welcome(account) {
  let tokens;
  await until(
    async () => {
      tokens = await signIn(dering.http, account);
      return (await statusOfMe({ tokens })) === 200;
    },
    3,
    `${account.username} is not let in`,
  );
  return tokens;
}

/** Somebody with the page open: a token, a registered telephone and an event stream. */
async function atThePage(account) {
  const tokens = await welcome(account);
  const phone = new JsSipPhone(dering.http, account.extension, tokens.access_token);
  open.push(() => phone.stop());
  await phone.start();
  const stream = await EventStream.open(dering.http, tokens.access_token);
  open.push(() => stream.close());
  await stream.sees('ready');
  return { tokens, phone, stream };
}
const statusOfMe = async ({ tokens }) => (await api(dering.http, '/api/v1/me', tokens.access_token)).status;
const presenceOf = async (extension) => {
  const { body } = await api(dering.http, '/api/v1/directory', watcher);
  return body.people.find((person) => person.extension === extension).presence;
};

async function endsWithinASecond(person, end) {
  const before = Date.now();
  await end();
  await person.stream.sees('session', ({ state }) => state === 'ended', 1);
  await until(() => person.stream.closed, 1, 'the event stream goes on');
  await until(async () => (await presenceOf('1001')) === 'offline', 1, 'the telephone is registered yet');
  assert.ok(Date.now() - before < 1_000, `it took ${Date.now() - before} ms`);
  assert.equal(await statusOfMe(person), 401);
  await assert.rejects(refreshed(person.tokens), /token endpoint: 400/);
}
const refreshed = async ({ refresh_token }) => {
  const response = await fetch(`${dering.http}/oidc/token`, {
    method: 'POST',
    body: new URLSearchParams({ client_id: 'dering-web', grant_type: 'refresh_token', refresh_token }),
  });
  if (!response.ok) throw new Error(`token endpoint: ${response.status}`);
  return response.json();
};

test('who signs out is gone within a second: flow, binding, event stream and token', async () => {
  const person = await atThePage(siti);
  const other = await atThePage(budi);
  await endsWithinASecond(person, () => fetch(`${dering.http}/oidc/end-session?${new URLSearchParams({ id_token_hint: person.tokens.id_token })}`));
  assert.equal(await statusOfMe(other), 200);
  assert.deepEqual(other.stream.named('session'), []);
});

test('another password ends all sign-ins of that person, and the new one opens the next', async () => {
  const person = await atThePage(siti);
  const other = await atThePage(budi);
  await endsWithinASecond(person, () => dering.commandWith('another-secret-2', 'account', 'password', 'siti'));
  siti.password = 'another-secret-2';
  await welcome(siti);
  assert.equal(await statusOfMe(other), 200);
});

test('a disabled account is gone at once and comes back when it is enabled', async () => {
  const person = await atThePage(siti);
  await dering.command('account', 'disable', 'siti');
  await person.stream.sees('session', ({ state }) => state === 'ended', 1);
  assert.notEqual(await statusOfMe(person), 200);
  await assert.rejects(signIn(dering.http, siti), /refused: 403/);
  await dering.command('account', 'enable', 'siti');
  await atThePage(siti);
});

test('the role of an account is in its next token', async () => {
  const sync = async () => (await api(dering.http, '/api/v1/sync', (await welcome(siti)).access_token)).status;
  assert.equal(await sync(), 403);
  await dering.command('account', 'role', 'siti', 'admin');
  assert.equal(await sync(), 200);
  assert.match(await dering.command('account', 'list'), /^1001 +siti +admin +siti$/m);
  await dering.command('account', 'role', 'siti', 'user');
  assert.equal(await sync(), 403);
  await assert.rejects(dering.command('account', 'role', 'siti', 'root'), /a role is user, supervisor, operator or admin/);
});

/** REGISTER of a desk phone, with its second try by digest; gives the status. */
async function registered(device, extension) {
  const challenge = await sipUdp(dering.ports.sip, 'REGISTER', extension);
  const value = (name) => challenge.match(new RegExp(`${name}="?([^",\\r]+)`))[1];
  const hash = (...parts) => createHash(value('algorithm') === 'MD5' ? 'md5' : 'sha256').update(parts.join(':')).digest('hex');
  const uri = `sip:127.0.0.1:${dering.ports.sip}`;
  const ha1 = hash(device.username, value('realm'), device.password);
  const response = hash(ha1, value('nonce'), '00000001', 'abc', 'auth', hash('REGISTER', uri));
  const answer = await sipUdp(dering.ports.sip, 'REGISTER', extension, [
    `Authorization: Digest username="${device.username}", realm="${value('realm')}", nonce="${value('nonce')}", uri="${uri}", response="${response}", algorithm=${value('algorithm')}, qop=auth, cnonce="abc", nc=00000001`,
  ]);
  return Number(answer.match(/^SIP\/2\.0 (\d+)/)[1]);
}

test('a desk phone registers with what the devices page shows, and no more once it is removed', async () => {
  const { access_token } = await welcome(siti);
  const made = await api(dering.http, '/api/v1/devices', access_token, { method: 'POST', body: { name: 'Desk' } });
  assert.equal(made.status, 201);
  const { server } = (await api(dering.http, '/api/v1/devices', access_token)).body;
  assert.deepEqual(server, { host: 'localhost', port: dering.ports.sip, tls_port: dering.ports.sip_tls, transports: ['udp', 'tcp', 'tls'], domain: 'dering' });
  assert.equal(await registered(made.body, '1001'), 200);
  assert.notEqual(await registered({ ...made.body, password: 'wrong' }, '1001'), 200);

  const gone = await api(dering.http, `/api/v1/devices/${made.body.id}`, access_token, { method: 'DELETE' });
  assert.equal(gone.status, 204);
  assert.notEqual(await registered(made.body, '1001'), 200);
});

test('AT8 a device that an older client asks for as MD5 alone knows both algorithms', async () => {
  const { access_token } = await signIn(dering.http, budi);
  const { body } = await api(dering.http, '/api/v1/devices', access_token, { method: 'POST', body: { name: 'Old', md5: true } });
  assert.equal(body.algorithm, 'SHA-256');
  assert.equal(body.renew, false);
  assert.equal(await registered(body, '1002'), 200);
});
