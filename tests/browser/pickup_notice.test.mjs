// What rings at a colleague is a quiet line on the page of who may pick it up, by one click; pages of others know
// nothing of it. Real server, both languages, and pictures in build/test/pickup_notice to look at.
import assert from 'node:assert/strict';
import { after, afterEach, before } from 'node:test';
import { startDering } from '../support/dering.mjs';
import { lookAt } from '../support/dresses.mjs';
import { until } from '../support/jssip_phone.mjs';
import { openChromium } from '../support/page.mjs';
import { witnessedBy } from '../support/witnessed.mjs';

const tones = { siti: 440, budi: 620, citra: 1000, dian: 1320 };
const minute = { timeout: 300_000 };
let dering, siti, budi, citra, dian;
const test = witnessedBy(() => ({ dering, phones: { siti, budi, citra, dian } }));

before(async () => {
  // It rings for as long as one looks at it.
  dering = await startDering({ config: '\n[calls]\nring_seconds = 300\n' });
  const people = {
    siti: { extension: '1001', name: 'Siti Rahmawati', unit: 'Rektorat' },
    budi: { extension: '1002', name: 'Budi Santoso', unit: 'Teknik' },
    citra: { extension: '1003', name: 'Citra Dewi', unit: 'Teknik' },
    dian: { extension: '1004', name: 'Dian Pratama', unit: 'Hukum' },
  };
  const phones = await Promise.all(Object.keys(people).map((name) => openChromium({ tone: tones[name] })));
  [siti, budi, citra, dian] = phones;
  for (const [index, [name, person]] of Object.entries(people).entries()) {
    await phones[index].signIn(dering.http, await dering.addAccount(name, person));
  }
});
afterEach(async () => {
  for (const phone of [siti, budi, citra, dian]) await phone.rest();
  await until(async () => (await dering.status()).calls === 0, 40, 'a call was left behind');
  await citra.says('pickups', /^$/);
});
after(async () => {
  await Promise.all([siti, budi, citra, dian].map((phone) => phone?.browser.close()));
  await dering?.stop();
});

const call = async () => {
  await siti.call('1002');
  await budi.find('[data-testid="incoming"]');
};
test('a colleague sees it, hears nothing, and takes it by one click; it goes from the page that rang', minute, async () => {
  await citra.page.focus('[data-testid="search"]');
  await call();
  await citra.says('pickups', /Budi Santoso is called by Siti Rahmawati\./);
  assert.equal(await citra.evaluate(() => document.activeElement.dataset.testid), 'search', 'the focus stays where it was');
  await citra.playsNothing();
  await lookAt(citra, 'pickup_notice/english');
  await citra.click('pick-up-1002');
  await siti.hears(tones.citra);
  await citra.hears(tones.siti);
  await budi.gone('incoming');
  await citra.talksWith(/Siti Rahmawati/);
  await citra.says('pickups', /^$/);
});

test('nobody of another unit is told, nor who is rung', minute, async () => {
  await call();
  await citra.says('pickups', /Budi Santoso/);
  await until(async () => (await dian.text('pickups')) === '' && (await budi.text('pickups')) === '', 2, 'a stranger is told');
  await siti.click('hang-up');
  await citra.says('pickups', /^$/);
});

test('it goes when the colleague answers, and stays away where it was put away', minute, async () => {
  await call();
  await citra.click('hide-pickup-1002');
  await citra.says('pickups', /^$/);
  await siti.click('hang-up');
  await budi.gone('incoming');
  await call();
  await citra.says('pickups', /Budi Santoso/);
  await budi.click('answer');
  await siti.hears(tones.budi);
  await citra.says('pickups', /^$/);
});

test('switched off it stays away, also after the page was loaded again, and it comes back', minute, async () => {
  const choose = async () => {
    await citra.click('account');
    await citra.click('open-forwarding');
    const before = await citra.page.locator('[data-testid="pickup-notices"]').isChecked();
    await citra.page.locator('[data-testid="pickup-notices"]').click({ force: true });
    await until(async () => (await citra.page.locator('[data-testid="pickup-notices"]').isChecked()) !== before, 10, 'the switch does not move');
  };
  await choose();
  await citra.page.reload();
  await citra.ready();
  await call();
  await until(async () => (await citra.presence('1002')) === 'in_call', 10, 'Budi is not seen to be called');
  assert.equal(await citra.text('pickups'), '');
  await siti.click('hang-up');
  await budi.gone('incoming');
  await choose();
  await call();
  await citra.says('pickups', /Budi Santoso/);
});

test('a page that opens while it rings has it at once, in Indonesian too', minute, async () => {
  await call();
  await citra.page.evaluate(() => localStorage.setItem('dering.language', 'id'));
  await citra.page.reload();
  await citra.ready();
  await citra.says('pickups', /Siti Rahmawati menelepon Budi Santoso\./);
  await lookAt(citra, 'pickup_notice/indonesian');
  await citra.click('pick-up-1002');
  await siti.hears(tones.citra);
});

test('nothing broke a page on the way', () => {
  assert.deepEqual([siti, budi, citra, dian].flatMap(({ faults }) => faults), []);
});
