// What docs/parking.md says, typed into real desk phones: three baresips with a tone each, and what each hears.
import { after, afterEach, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { loudest } from '../interop/sound.mjs';
import { startDeskHouse } from '../support/desk_house.mjs';
import { until } from '../support/jssip_phone.mjs';

let house, phones, dering;

before(async () => {
  house = await startDeskHouse({ siti: ['1001', 440], budi: ['1002', 620], tuti: ['1003', 880] }, { config: '\n[calls]\npark_seconds = 12\n' });
  ({ phones, dering } = house);
});
afterEach(() => house.goQuiet());
after(() => house?.stop());
const hears = (who, whom) => house.hears(who, whom);
const rings = (who, seconds) => house.rings(who, seconds);

/** Budi talks with Siti, and parks her. */
async function park() {
  phones.siti.call('1002');
  await rings('budi');
  phones.budi.answer();
  await hears('budi', 'siti');
  await hears('siti', 'budi');
  phones.budi.forget();
  phones.budi.sendOn('70');
  await until(() => phones.budi.isIdle, 15, `budi is still in the call\n${phones.budi.log.slice(-800)}`);
  phones.budi.forget();
}
/** She hears something that is neither phone's tone. */
async function hearsMusic(who) {
  await until(async () => {
    const hertz = loudest(await phones[who].listen());
    return hertz > 0 && [440, 620, 880].every((tone) => Math.abs(hertz - tone) > 15);
  }, 10, `${who} hears no music`);
}

test('a desk phone parks its caller, who hears music until anybody dials the place', { timeout: 90_000 }, async () => {
  await park();
  await hearsMusic('siti');
  phones.tuti.call('71');
  await hears('tuti', 'siti');
  await hears('siti', 'tuti');
  assert.equal(phones.budi.isRinging, false);
});

test('what nobody takes rings who parked it', { timeout: 90_000 }, async () => {
  await park();
  await rings('budi', 25);
  phones.budi.answer();
  await hears('budi', 'siti');
  await hears('siti', 'budi');
});

test('an empty place says that it is', { timeout: 60_000 }, async () => {
  phones.tuti.call('75');
  await until(() => phones.tuti.isIdle, 10, 'tuti is not told');
  assert.match(phones.tuti.log, /404/);
  assert.equal((await dering.status()).calls, 0);
});
