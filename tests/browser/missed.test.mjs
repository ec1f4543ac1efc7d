// A call that nobody took is not lost: it is counted on the server, told by title, icon, list and one card on every
// page of that person, and gone from all of them when one has been looked at. Real server, both languages, and pictures
// in build/test/missed to look at.
import assert from 'node:assert/strict';
import { after, afterEach, before } from 'node:test';
import { startDering } from '../support/dering.mjs';
import { lookAt } from '../support/dresses.mjs';
import { until } from '../support/jssip_phone.mjs';
import { openChromium } from '../support/page.mjs';
import { witnessedBy } from '../support/witnessed.mjs';

const tones = { siti: 440, budi: 620, home: 620, citra: 1000 };
const minute = { timeout: 300_000 };
let dering, siti, budi, home, citra;
const test = witnessedBy(() => ({ dering, phones: { siti, budi, home, citra } }));

before(async () => {
  dering = await startDering();
  const accounts = {
    siti: await dering.addAccount('siti', { extension: '1001', name: 'Siti Rahmawati', unit: 'Rektorat' }),
    budi: await dering.addAccount('budi', { extension: '1002', name: 'Budi Santoso', unit: 'Teknik' }),
    citra: await dering.addAccount('citra', { extension: '1003', name: 'Citra Dewi', unit: 'Teknik' }),
  };
  // Budi has the page open in two browsers.
  [siti, budi, home, citra] = await Promise.all(Object.values(tones).map((tone) => openChromium({ tone })));
  await siti.signIn(dering.http, accounts.siti);
  await budi.signIn(dering.http, accounts.budi);
  await home.signIn(dering.http, accounts.budi);
  await citra.signIn(dering.http, accounts.citra);
});
afterEach(async () => {
  for (const phone of [siti, budi, home, citra]) await phone.rest();
  await until(async () => (await dering.status()).calls === 0, 40, 'a call was left behind');
});
after(async () => {
  await Promise.all([siti, budi, home, citra].map((phone) => phone?.browser.close()));
  await dering?.stop();
});

async function callInVain(phone) {
  await phone.call('1002');
  await budi.find('[data-testid="incoming"]');
  await phone.click('hang-up');
  await budi.gone('incoming');
}
const iconOf = (phone) => phone.evaluate(() => document.querySelector('link[rel="icon"]').href.split('/').at(-1));
const titleOf = (phone) => phone.evaluate(() => document.title);
/** All four places in which a page tells how many calls were missed. */
async function tells(phone, count) {
  // Between them is what the page shows.
  const said = count === 0 ? /^(?!\().*Dering$/ : new RegExp(`^\\(${count}\\) .*Dering$`);
  await until(async () => said.test(await titleOf(phone)), 12, `the title does not say ${count}`);
  await until(async () => (await iconOf(phone)) === (count === 0 ? 'icon.svg' : 'icon-missed.svg'), 12, `the icon is not that of ${count}`);
  if (count === 0) {
    await phone.gone('unseen');
    await phone.gone('missed');
    return;
  }
  await phone.says('unseen', new RegExp(`^${count}$`));
  await phone.says('missed-title', count === 1 ? /^Missed call$/ : new RegExp(`^${count} missed calls$`));
}
const answersWith = async (phone, path) => (await phone.page.request.get(new URL(path, dering.http).href, { ignoreHTTPSErrors: true })).ok();

test('each missed call is counted and listed on all pages of that person, and on nobody else’s', minute, async () => {
  await callInVain(siti);
  for (const phone of [budi, home]) await tells(phone, 1);
  await callInVain(citra);
  await callInVain(siti);
  for (const phone of [budi, home]) {
    await tells(phone, 3);
    let rows;
    await until(async () => (rows = await phone.page.locator('[data-testid="missed-row"]').allTextContents()).length === 2 && /2 calls/.test(rows[0]), 12, 'not both are listed');
    assert.match(rows[0], /^Siti Rahmawati 2 calls/);
    assert.match(rows[1], /^Citra Dewi/);
  }
  await tells(siti, 0);
  assert.ok(await answersWith(budi, 'icon-missed.svg'), 'there is no such icon');
  await lookAt(budi, 'missed/card');
});

test('it is kept on the server: a page that opens later tells the same', minute, async () => {
  await budi.page.reload();
  await budi.ready();
  await tells(budi, 3);
});

test('whoever looks at the list on one page has seen it on all of them, and the new ones stay marked there', minute, async () => {
  await budi.tab(1);
  for (const phone of [budi, home]) await tells(phone, 0);
  await until(async () => (await budi.page.locator('[data-testid="new"]').count()) === 2, 12, 'the new ones are not marked');
  const rows = await budi.page.locator('[data-testid="recent-row"]').allTextContents();
  assert.match(rows[0], /^Siti RahmawatiNewMissed, they gave up .* · 2 calls$/);
  await lookAt(budi, 'missed/history');
  await budi.page.locator('[data-testid="details"]').first().click();
  await until(async () => (await budi.page.locator('[data-testid="part"]').count()) === 2, 12, 'the two calls are not told apart');
  await lookAt(budi, 'missed/history-open');
  await budi.page.reload();
  await budi.ready();
  await tells(budi, 0);
});

test('the history is there as soon as the call is over, and a row of it opens the person', minute, async () => {
  await siti.tab(1);
  await callAndTalk();
  await until(async () => /^Budi Santoso.*Outgoing/.test(await firstRow(siti)), 12, 'the newest call is not there');
  await siti.page.locator('[data-testid="recent-open"]').first().click();
  await siti.says('person-page', /Budi Santoso/);
  await siti.tab(0);
});
const firstRow = (phone) => phone.page.locator('[data-testid="recent-row"]').first().textContent({ timeout: 12_000 });
async function callAndTalk() {
  await siti.dial('1002');
  await siti.tab(1);
  await budi.click('answer');
  await siti.hears(tones.budi);
  await siti.click('hang-up');
  await budi.gone('call-bar');
}

test('what was answered on another page, or declined, is not missed', minute, async () => {
  await siti.call('1002');
  await budi.find('[data-testid="incoming"]');
  await home.click('answer');
  await siti.hears(tones.home);
  await budi.gone('incoming');
  await siti.click('hang-up');
  await home.gone('call-bar');
  await siti.call('1002');
  await budi.click('decline');
  await siti.ends('declined');
  await budi.tab(1);
  await until(async () => /Declined by you/.test(await firstRow(budi)), 12, 'the history lacks the calls');
  for (const phone of [budi, home]) await tells(phone, 0);
  await budi.page.locator('[data-testid="recent-filter"] label').nth(1).click();
  await until(async () => (await budi.page.locator('[data-testid="recent-row"]').count()) === 2, 12, 'the filter shows something else');
  assert.doesNotMatch(await budi.text('recent'), /Declined|Outgoing|Incoming/);
  await lookAt(budi, 'missed/filter');
  await budi.tab(0);
});

test('the card closes everywhere at once, and calls back, in Indonesian too', minute, async () => {
  await budi.page.evaluate(() => localStorage.setItem('dering.language', 'id'));
  await budi.page.reload();
  await budi.ready();
  await callInVain(siti);
  await callInVain(citra);
  await budi.says('missed-title', /^2 panggilan tak terjawab$/);
  await lookAt(budi, 'missed/card-indonesian');
  await budi.click('missed-close');
  await budi.gone('missed');
  await tells(home, 0);
  await budi.gone('outcome');
  await callInVain(citra);
  await budi.click('call-back-1003');
  await citra.find('[data-testid="incoming"]');
  await budi.click('hang-up');
  await citra.gone('incoming');
  await tells(home, 0);
  await tells(citra, 1);
});

test('nothing broke a page on the way', () => {
  assert.deepEqual([siti, budi, home, citra].flatMap(({ faults }) => faults), []);
});
