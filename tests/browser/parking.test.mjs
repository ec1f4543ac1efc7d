// Three pages: one parks whom it talks with, reads where, and takes them back; or a colleague dials the place.
import assert from 'node:assert/strict';
import { after, afterEach, before } from 'node:test';
import { startDering } from '../support/dering.mjs';
import { lookAt } from '../support/dresses.mjs';
import { until } from '../support/jssip_phone.mjs';
import { openChromium } from '../support/page.mjs';
import { witnessedBy } from '../support/witnessed.mjs';

const tones = { siti: 440, budi: 620, ayu: 1000 };
const minute = { timeout: 300_000 };
let dering, siti, budi, ayu;
const test = witnessedBy(() => ({ dering, phones: { siti, budi, ayu } }));

before(async () => {
  dering = await startDering({ config: '\n[calls]\npark_seconds = 30\nring_seconds = 300\n' });
  const accounts = {
    siti: await dering.addAccount('siti', { extension: '1001', name: 'Siti Rahmawati' }),
    budi: await dering.addAccount('budi', { extension: '1002', name: 'Budi Santoso' }),
    ayu: await dering.addAccount('ayu', { extension: '1003', name: 'Ayu Wulandari' }),
  };
  [siti, budi, ayu] = await Promise.all(Object.values(tones).map((tone) => openChromium({ tone })));
  await siti.signIn(dering.http, accounts.siti);
  await budi.signIn(dering.http, accounts.budi);
  await ayu.signIn(dering.http, accounts.ayu);
});
afterEach(async () => {
  for (const phone of [siti, budi, ayu]) await phone.rest();
  await until(async () => (await dering.status()).calls === 0, 40, 'a call was left behind');
});
after(async () => {
  await Promise.all([siti, budi, ayu].map((phone) => phone?.browser.close()));
  await dering?.stop();
});

/** Siti talks with Budi, sealed, and parks him. */
async function park() {
  await siti.call('1002');
  await budi.click('answer');
  await siti.hears(tones.budi);
  await budi.hears(tones.siti);
  await siti.click('more');
  await siti.click('park');
  await siti.says('parking', /Budi Santoso is parked at 71\./);
  await siti.find('[data-testid="outcome"][data-outcome="transferred"]');
  assert.match(await siti.text('outcome-title'), /^Parked$/);
}

test('parked by one click, read where, and taken back by another', minute, async () => {
  await park();
  await siti.click('take-71');
  await siti.hears(tones.budi);
  await budi.hears(tones.siti);
  await siti.says('parking', /^$/);
});

test('a colleague dials the place, and who parked the call sees it gone', minute, async () => {
  await park();
  await ayu.dial('71');
  await ayu.hears(tones.budi);
  await budi.hears(tones.ayu);
  await siti.says('parking', /^$/);
  await ayu.rest();
  await ayu.dial('71');
  await ayu.ends('nothing_parked');
});

test('what nobody takes comes back, and says why', minute, async () => {
  await park();
  await siti.says('incoming-sent', /Back from parking at 71/, 45);
  await lookAt(siti, 'parking/returned');
  await siti.click('answer');
  await siti.hears(tones.budi);
  await siti.says('parking', /^$/);
});

test('who waits hangs up, and the line is gone', minute, async () => {
  await park();
  await budi.click('hang-up');
  await siti.says('parking', /^$/);
});
