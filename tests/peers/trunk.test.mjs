// People telephone with the outside: a real Asterisk is the provider, which a trunk registers at with its password.
import assert from 'node:assert/strict';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { noAsterisk } from '../support/asterisk.mjs';
import { startDering } from '../support/dering.mjs';
import { Baresip, fieldsOfPage } from '../support/desk_phone.mjs';
import { until } from '../support/jssip_phone.mjs';
import { OverloadedProvider, Provider } from '../support/provider.mjs';
import { api, signIn } from '../support/sign_in.mjs';

const account = { username: '6221555', password: 'sandi-penyedia-1', caller: '+62811300' };
let dering, provider, overloaded, baresip, token, folder;

const plan = () => ({
  version: 1,
  trunks: [
    { id: 'penyedia', servers: [provider.server], registers: true, username: account.username },
    { id: 'salah', servers: [provider.server], registers: true, username: account.username },
    { id: 'penuh', servers: [overloaded.server] },
  ],
  emergency: { numbers: ['110', '112', '113', '118', '119'], trunks: ['penyedia'] },
  outbound: [
    { id: 'seluler', patterns: [{ match: '08.' }], trunks: ['penuh', 'penyedia'] },
    { id: 'jarak-jauh', patterns: [{ match: '02.' }], trunks: ['penyedia'] },
  ],
  classes: [
    { id: 'dosen', routes: ['seluler'], people: ['1001'] },
    { id: 'rektor', routes: ['jarak-jauh'], people: [] },
  ],
  caller_ids: [{ id: 'kampus', shows: 'own', number: '+6221555' }],
  inbound: [{ id: 'utama', called: '0215551000', to: { person: '1001' } }],
});

before(async () => {
  if (noAsterisk) return;
  folder = await mkdtemp(join(tmpdir(), 'dering-trunk-'));
  const secrets = { penyedia: account.password, salah: 'bukan-sandinya' };
  let config = '';
  for (const [id, secret] of Object.entries(secrets)) {
    const file = join(folder, `${id}.secret`);
    await writeFile(file, `${secret}\n`);
    await chmod(file, 0o600);
    config += `[[trunk]]\nid = "${id}"\nsecret_file = "${file}"\n`;
  }
  overloaded = await OverloadedProvider.start();
  provider = await Provider.start(account);
  dering = await startDering({ config });
  token = (await signIn(dering.http, await dering.addAccount('siti', { extension: '1001' }))).access_token;
  const { body: made } = await api(dering.http, '/api/v1/devices', token, { method: 'POST', body: { name: 'Desk' } });
  const { server } = (await api(dering.http, '/api/v1/devices', token)).body;
  baresip = await Baresip.start(await fieldsOfPage({ ...server, host: '127.0.0.1' }, made), 'udp');
  const file = join(folder, 'plan.json');
  await writeFile(file, JSON.stringify(plan()));
  await dering.command('plan', 'apply', file);
});
after(() => Promise.allSettled([baresip?.stop(), provider?.stop(), overloaded?.stop(), dering?.stop(), folder && rm(folder, { recursive: true })]));

const reaches = (condition, seconds, what) =>
  until(condition, seconds, what).catch((error) => {
    throw new Error(`${error.message}\n${provider.log}\n${baresip.log}\n${dering.log.join('')}`);
  });
const trunks = async () => {
  const { trunks: all } = JSON.parse(await dering.command('trunks', '--json'));
  return Object.fromEntries(all.map((one) => [one.id, one]));
};
const isPresent = async () => {
  const { people } = (await api(dering.http, '/api/v1/directory', token)).body;
  return people.find((person) => person.extension === '1001')?.presence === 'available';
};
const calls = async () => (await api(dering.http, '/api/v1/calls', token)).body.calls;
const record = async (known) => {
  await reaches(async () => (await calls()).length === known + 1, 20, 'no record');
  return (await calls())[0];
};

async function talks() {
  await reaches(async () => (await provider.packets()).received > 25 && (await provider.packets()).sent > 25, 30, 'no sound both ways');
}
async function ends() {
  await reaches(async () => (await dering.status()).calls === 0, 20, 'the call did not end');
  await reaches(async () => /0 active channels/.test(await provider.console('core show channels count')), 20, 'Asterisk keeps a channel');
}

test('a trunk registers, and one with a wrong password says so', { skip: noAsterisk, timeout: 90_000 }, async () => {
  await reaches(async () => (await trunks()).penyedia?.state === 'registered', 40, 'the trunk did not register');
  await reaches(async () => (await trunks()).penuh?.state === 'up', 20, 'the server of the other trunk is not seen');
  await reaches(async () => (await trunks()).salah?.reason !== '', 20, 'the wrong password is not told');
  const { state, reason } = (await trunks()).salah;
  assert.deepEqual([state, reason], ['down', 'The provider does not take user name and password']);
  assert.match(await dering.command('trunks'), /penyedia\s+registered/);
  await reaches(isPresent, 30, 'baresip did not register');
});

test('a desk phone calls outside: the first trunk is full, the second carries the call with sound', { skip: noAsterisk, timeout: 120_000 }, async () => {
  const before = (await calls()).length;
  baresip.dial('0811100');
  await talks();
  assert.ok(overloaded.invites > 0, 'the first trunk was not asked');
  baresip.hangUp();
  await ends();
  const call = await record(before);
  assert.deepEqual([call.direction, call.peer, call.outcome], ['out', '+62811100', 'answered']);
});

test('somebody outside calls the number of the house, and both hear each other', { skip: noAsterisk, timeout: 120_000 }, async () => {
  const before = (await calls()).length;
  await provider.rings('+62215551000');
  await talks();
  await provider.hangUp();
  await ends();
  const call = await record(before);
  assert.deepEqual([call.direction, call.peer, call.outcome], ['in', 'anonymous', 'answered']);
});

test('what the called party says is the end of the call, and who may not call outside is told so', { skip: noAsterisk, timeout: 120_000 }, async () => {
  for (const [number, outcome] of [['0811200', 'busy'], ['0811999', 'unknown_number'], ['02129999999', 'not_allowed']]) {
    const before = (await calls()).length;
    baresip.dial(number);
    const call = await record(before);
    assert.deepEqual([call.peer, call.outcome], [number, outcome]);
  }
});

test('no password stands in the log', { skip: noAsterisk, timeout: 30_000 }, () => {
  const said = dering.log.join('');
  for (const secret of [account.password, 'bukan-sandinya']) assert.ok(!said.includes(secret));
});
