// What docs/desk-phones.md says of sending a caller on and of picking up, typed into real phones: three baresips with
// a tone each, and what each hears before and after. (The way back of a failed transfer is tried with pages, in
// tests/browser: baresip 1.0 hangs up by itself when it is told that a transfer has failed.)
import { after, afterEach, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { startDeskHouse } from '../support/desk_house.mjs';
import { until } from '../support/jssip_phone.mjs';

let house, phones, dering;

before(async () => {
  house = await startDeskHouse({ siti: ['1001', 440], budi: ['1002', 620], tuti: ['1003', 880] });
  ({ phones, dering } = house);
});
afterEach(() => house.goQuiet());
after(() => house?.stop());
const hears = (who, whom) => house.hears(who, whom);
const rings = (who, seconds) => house.rings(who, seconds);

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
