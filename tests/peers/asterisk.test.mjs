// A real Asterisk as a desk phone with a registration of its own: it calls a phone, and a phone calls it,
// and each hears the other.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Asterisk, noAsterisk } from '../support/asterisk.mjs';
import { startDering } from '../support/dering.mjs';
import { Baresip, fieldsOfPage } from '../support/desk_phone.mjs';
import { until } from '../support/jssip_phone.mjs';
import { api, signIn } from '../support/sign_in.mjs';

const password = 'device-secret-1';
let dering, asterisk, baresip, token;

before(async () => {
  if (noAsterisk) return;
  dering = await startDering();
  token = (await signIn(dering.http, await dering.addAccount('siti', { extension: '1001' }))).access_token;
  await dering.addAccount('exchange', { extension: '2000' });
  await dering.addDevice('exchange', 'exchange-1', password);
  const fields = { username: 'exchange-1', authname: 'exchange-1', password, server: '127.0.0.1', port: dering.ports.sip };
  asterisk = await Asterisk.start(fields, 'SHA-256,MD5');
  const { body: made } = await api(dering.http, '/api/v1/devices', token, { method: 'POST', body: { name: 'Desk' } });
  const { server } = (await api(dering.http, '/api/v1/devices', token)).body;
  baresip = await Baresip.start(await fieldsOfPage({ ...server, host: '127.0.0.1' }, made), 'udp');
});
after(async () => {
  await baresip?.stop();
  await asterisk?.stop();
  await dering?.stop();
});

const told = () => `${asterisk.log}\n${baresip.log}\n${dering.log.join('')}`;
const reaches = (condition, seconds, what) =>
  until(condition, seconds, what).catch((error) => {
    throw new Error(`${error.message}\n${told()}`);
  });
const isAvailable = async (extension) => {
  const { people } = (await api(dering.http, '/api/v1/directory', token)).body;
  return people.find((person) => person.extension === extension)?.presence === 'available';
};
const calls = async () => (await api(dering.http, '/api/v1/calls', token)).body.calls;

/** Packets that Asterisk received and sent in the call that it has. */
async function packets() {
  const line = (await asterisk.console('pjsip show channelstats')).split('\n').find((text) => /\bulaw\b/.test(text));
  // Bridge, channel, time, codec, then count, lost, per cent, jitter of each way.
  const [received, , , , sent] = line?.replace(/^.*\bulaw\b/, '').trim().split(/\s+/).map(Number) ?? [0, 0, 0, 0, 0];
  return { received, sent };
}

async function talksAndEnds(hangUp) {
  await reaches(async () => (await packets()).received > 25 && (await packets()).sent > 25, 15, 'no sound both ways');
  await hangUp();
  await reaches(async () => (await dering.status()).calls === 0, 10, 'the call did not end');
  await reaches(async () => /0 active channels/.test(await asterisk.console('core show channels count')), 20, 'Asterisk keeps a channel');
}

test('Asterisk registers from its own configuration', { skip: noAsterisk, timeout: 60_000 }, async () => {
  await reaches(() => isAvailable('2000'), 20, 'Asterisk did not register');
  await reaches(() => isAvailable('1001'), 20, 'baresip did not register');
  assert.match(await asterisk.console('pjsip show registrations'), /dering\/sip:\S+\s+dering\s+Registered/);
});

test('Asterisk calls a desk phone, both hear each other, Asterisk hangs up', { skip: noAsterisk, timeout: 60_000 }, async () => {
  await asterisk.dial('1001');
  await talksAndEnds(() => asterisk.hangUp());
  await reaches(async () => (await calls()).length === 1, 20, 'no record');
  const [call] = await calls();
  assert.deepEqual([call.direction, call.peer, call.outcome], ['in', '2000', 'answered']);
});

test('a desk phone calls Asterisk, both hear each other, the phone hangs up', { skip: noAsterisk, timeout: 60_000 }, async () => {
  baresip.dial('2000');
  await talksAndEnds(() => baresip.hangUp());
  await reaches(async () => (await calls()).length === 2, 20, 'no record');
  const call = (await calls()).find(({ direction }) => direction === 'out');
  assert.deepEqual([call.peer, call.outcome], ['2000', 'answered']);
});

test('Asterisk dials a number that nobody has and is told so', { skip: noAsterisk, timeout: 30_000 }, async () => {
  await asterisk.dial('4999');
  await reaches(async () => /0 active channels/.test(await asterisk.console('core show channels count')), 10, 'Asterisk keeps a channel');
  assert.equal((await dering.status()).calls, 0);
});
