// What docs/desk-phones.md says of sending a caller on and of picking up, typed into real phones: three baresips with
// a tone each, and what each hears before and after. (The way back of a failed transfer is tried with pages, in
// tests/browser: baresip 1.0 hangs up by itself when it is told that a transfer has failed.)
import { after, afterEach, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { BaresipPhone } from '../interop/phones/baresip.mjs';
import { loudest } from '../interop/sound.mjs';
import { startDering } from '../support/dering.mjs';
import { until } from '../support/jssip_phone.mjs';

const people = { siti: ['1001', 440], budi: ['1002', 620], tuti: ['1003', 880] };
const phones = {};
let dering;

before(async () => {
  dering = await startDering();
  for (const [user, [extension, tone]] of Object.entries(people)) {
    await dering.addAccount(user, { extension, unit: 'Teknik' });
    const { username, password } = await dering.addDevice(user, `desk-${user}`, `desk-secret-of-${user}`);
    const fields = { username, authname: username, password, domain: 'dering', server: '127.0.0.1', address: '127.0.0.1', port: dering.ports.sip };
    phones[user] = await BaresipPhone.start(fields, { transport: 'udp', tone });
  }
  await until(async () => (await dering.status()).bindings === 3, 20, 'not all have registered');
  for (const phone of Object.values(phones)) phone.forget();
});
afterEach(async () => {
  for (const phone of Object.values(phones)) phone.hangUp();
  await until(async () => (await dering.status()).calls === 0, 40, 'a call was left behind');
  for (const phone of Object.values(phones)) phone.forget();
});
after(async () => {
  await Promise.all(Object.values(phones).map((phone) => phone.stop()));
  await dering?.stop();
});

async function hears(who, whom) {
  const [, tone] = people[whom];
  let last;
  await until(async () => Math.abs((last = loudest(await phones[who].listen())) - tone) <= 15, 15, `${who} does not hear ${whom}`).catch((error) => {
    throw new Error(`${error.message}, but ${last} Hz\n${phones[who].log.slice(-600)}\n${dering.log.join('').slice(-1500)}`);
  });
}
const rings = (who) => until(() => phones[who].isRinging, 15, `${who} does not ring`);
async function talk() {
  phones.siti.call('1002');
  await rings('budi');
  phones.budi.answer();
  await hears('budi', 'siti');
  await hears('siti', 'budi');
}

test('a desk phone sends its caller on, and the two others hear each other', { timeout: 60_000 }, async () => {
  await talk();
  phones.budi.sendOn('1003');
  await rings('tuti');
  phones.tuti.answer();
  await hears('tuti', 'siti');
  await hears('siti', 'tuti');
  await until(() => phones.budi.isIdle, 10, 'budi is still in the call');
});

for (const [code, words] of [['**1002', "the prefix and a colleague's number"], ['*8', 'the code for any colleague']]) {
  test(`what rings at a colleague is picked up by ${words}`, { timeout: 60_000 }, async () => {
    phones.siti.call('1002');
    await rings('budi');
    phones.tuti.call(code);
    await hears('tuti', 'siti');
    await hears('siti', 'tuti');
    assert.equal(phones.budi.isTalking, false);
  });
}
