// IP1: baresip and linphone, set up with exactly the words of the devices page, register and call each other.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startDering } from '../support/dering.mjs';
import { Baresip, fieldsOfPage, Linphone } from '../support/desk_phone.mjs';
import { until } from '../support/jssip_phone.mjs';
import { api, signIn } from '../support/sign_in.mjs';

let dering;
const people = {};
before(async () => {
  dering = await startDering();
  for (const [username, extension] of [['siti', '1001'], ['budi', '1002'], ['ayu', '1003']]) {
    const account = await dering.addAccount(username, { extension });
    people[extension] = (await signIn(dering.http, account)).access_token;
  }
});
after(() => dering?.stop());

/** What the devices page of that person shows for a new phone. */
async function pageOf(extension, name) {
  const token = people[extension];
  const made = await api(dering.http, '/api/v1/devices', token, { method: 'POST', body: { name } });
  assert.equal(made.status, 201);
  const { server } = (await api(dering.http, '/api/v1/devices', token)).body;
  // baresip asks the name service for "localhost", which does not know it.
  return fieldsOfPage({ ...server, host: '127.0.0.1' }, made.body);
}
const presence = async (extension) => {
  const { body } = await api(dering.http, '/api/v1/directory', people[extension]);
  return body.people.find((person) => person.extension === extension).presence;
};
const lastCall = async () => (await api(dering.http, '/api/v1/calls', people['1001'])).body.calls[0];

async function isUp(phone, extension) {
  await until(async () => (await presence(extension)) === 'available', 20, `${extension} did not register`).catch((error) => {
    throw new Error(`${error.message}\n${phone.log}\n${dering.log.join('')}`);
  });
}

/** One calls the other, who answers; after a second the caller hangs up. */
async function call(caller, number) {
  const before = (await lastCall())?.id;
  dering.log.length = 0;
  caller.dial(number);
  await until(async () => (await dering.status()).calls === 1, 30, 'no call began').catch((error) => {
    throw new Error(`${error.message}\n${caller.log}\n${dering.log.join('')}`);
  });
  await dering.logged(/answered\n/, 30);
  await new Promise((resolve) => setTimeout(resolve, 500));
  caller.hangUp();
  // A phone of the test before is gone without a word: it is asked for 32 s.
  await until(async () => (await dering.status()).calls === 0, 40, 'the call did not end').catch((error) => {
    throw new Error(`${error.message}\n${caller.log}\n${dering.log.join('')}`);
  });
  await until(async () => (await lastCall())?.id !== before, 20, 'no record');
  return lastCall();
}

for (const transport of ['udp', 'tcp']) {
  test(`IP1: the words of the devices page let baresip and linphone in over ${transport}, and they call each other`, { timeout: 120_000 }, async (t) => {
    const baresip = await Baresip.start(await pageOf('1001', `Bare ${transport}`), transport);
    t.after(() => baresip.stop());
    await isUp(baresip, '1001');
    const linphone = await Linphone.start(await pageOf('1002', `Lin ${transport}`), transport);
    t.after(() => linphone.stop());
    await isUp(linphone, '1002');

    const there = await call(baresip, '1002');
    assert.deepEqual([there.direction, there.peer, there.outcome], ['out', '1002', 'answered']);
    const back = await call(linphone, '1001');
    assert.deepEqual([back.direction, back.peer, back.outcome], ['in', '1002', 'answered']);
  });
}

test('IP1: a phone with its number as user name gets in as well', { timeout: 60_000 }, async (t) => {
  const fields = await pageOf('1003', 'Number');
  assert.notEqual(await presence('1003'), 'available');
  const baresip = await Baresip.start({ ...fields, username: '1003' }, 'udp');
  t.after(() => baresip.stop());
  await isUp(baresip, '1003');
});
