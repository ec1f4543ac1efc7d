// What a call was, told in the history of each who took part: who talked with whom, and why it moved. Three pages
// on the real server; each reads its own words, and no word of what was not theirs.
import assert from 'node:assert/strict';
import { after, afterEach, before } from 'node:test';
import { assertAccessible } from '../support/axe.mjs';
import { startDering } from '../support/dering.mjs';
import { until } from '../support/jssip_phone.mjs';
import { openChromium } from '../support/page.mjs';
import { api, signIn } from '../support/sign_in.mjs';
import { witnessedBy } from '../support/witnessed.mjs';

const tones = { siti: 440, budi: 620, citra: 1000 };
const minute = { timeout: 90_000 };
let dering, siti, budi, citra, accounts;
const test = witnessedBy(() => ({ dering, phones: { siti, budi, citra } }));

before(async () => {
  dering = await startDering();
  accounts = {
    siti: await dering.addAccount('siti', { extension: '1001', name: 'Siti', unit: 'Teknik' }),
    budi: await dering.addAccount('budi', { extension: '1002', name: 'Budi', unit: 'Teknik' }),
    citra: await dering.addAccount('citra', { extension: '1003', name: 'Citra', unit: 'Teknik' }),
  };
  [siti, budi, citra] = await Promise.all(Object.values(tones).map((tone) => openChromium({ tone })));
  await siti.signIn(dering.http, accounts.siti);
  await budi.signIn(dering.http, accounts.budi);
  await citra.signIn(dering.http, accounts.citra);
  for (const phone of [siti, budi, citra]) await phone.tab(1);
});
afterEach(async () => {
  for (const phone of [siti, budi, citra]) await phone.rest();
  await until(async () => (await dering.status()).calls === 0, 40, 'a call was left behind');
});
after(async () => {
  await Promise.all([siti, budi, citra].map((phone) => phone?.browser.close()));
  await dering?.stop();
});

/** The sentences of one call of the history, whose rows are opened for it. */
async function reads(phone, expected) {
  let last;
  const read = async () => {
    await phone.tab(0);
    await phone.tab(1);
    const details = phone.page.locator('[data-testid="details"]');
    await details.first().waitFor({ timeout: 2_000 });
    for (const each of await details.all()) await each.click({ timeout: 2_000 });
    const stories = await phone.page.locator('[data-testid="story"]').all();
    const sentences = (story) => story.locator('li span:last-child').allTextContents();
    last = await Promise.all(stories.map(sentences));
    return last.some((story) => JSON.stringify(story) === JSON.stringify(expected));
  };
  await until(() => read().catch(() => false), 20, 'the history says something else').catch((error) => {
    throw new Error(`${error.message}: ${JSON.stringify(last)}`);
  });
}
async function transferTo(name) {
  await siti.click('transfer');
  await siti.type('[data-testid="transfer-search"]', name);
  await siti.page.keyboard.press('Enter');
  await siti.click('transfer-now');
}
/** From the list of people, and back to the history. */
async function call(phone, number) {
  await phone.tab(0);
  await phone.call(number);
  await phone.tab(1);
}

test('a transfer between pages: who sent whom on, in the words of each of the three', minute, async () => {
  await call(siti, '1002');
  await budi.click('answer');
  await siti.hears(tones.budi);
  await transferTo('citra');
  await citra.click('answer');
  await siti.find('[data-testid="outcome"][data-outcome="transferred"]');
  await budi.hears(tones.citra);
  await citra.click('hang-up');
  await budi.gone('call-bar');
  await reads(siti, ['You called', 'Budi answered', 'You sent Budi on to Citra']);
  await reads(budi, ['Siti sent you on', 'Citra answered']);
  await reads(budi, ['Siti called', 'You answered', 'Siti sent you on to Citra']);
  await reads(citra, ['Siti sent Budi on', 'You answered']);
});

test('whom nobody answered came back, and it says why', minute, async () => {
  await call(siti, '1002');
  await budi.click('answer');
  await siti.hears(tones.budi);
  await transferTo('citra');
  await citra.click('decline');
  await siti.says('transfer-note', /back with you/, 20);
  await siti.click('hang-up');
  await budi.gone('call-bar');
  await reads(siti, ['You called', 'Budi answered', 'You sent Budi on to Citra', 'Budi came back']);
  await reads(citra, ['Siti sent Budi on', 'You: Declined']);
});

test('a pickup names who took it to all three', minute, async () => {
  await call(siti, '1002');
  await budi.find('[data-testid="incoming"]');
  await citra.dial('**1002');
  await citra.tab(1);
  await siti.hears(tones.citra);
  await siti.click('hang-up');
  await reads(siti, ['You called', 'The phone of Budi rang', 'Picked up by Citra']);
  await reads(budi, ['Siti called', 'Your phone rang', 'Picked up by Citra']);
  await reads(citra, ['Siti called', 'Picked up by you']);
});

test('a forwarding says whose it was and why, in Indonesian as well', minute, async () => {
  const { access_token: token } = await signIn(dering.http, accounts.budi);
  const forward = (busy) => api(dering.http, '/api/v1/forwarding', token, { method: 'PATCH', body: { busy, do_not_disturb: busy !== null } });
  assert.equal((await forward('1003')).status, 200);
  await call(siti, '1002');
  await citra.click('answer');
  await siti.hears(tones.citra);
  await siti.click('hang-up');
  await forward(null);
  await reads(siti, ['You called', 'Forwarded by Budi (busy) to Citra', 'Citra answered']);
  await reads(citra, ['Siti called', 'Forwarded by Budi (busy) to you', 'You answered']);
  await siti.page.evaluate(() => localStorage.setItem('dering.language', 'id'));
  await siti.page.reload();
  await siti.ready();
  await siti.tab(1);
  await reads(siti, ['Anda menelepon', 'Diteruskan oleh Budi (sibuk) ke Citra', 'Citra menjawab']);
  await assertAccessible(siti.page);
});

test('nothing broke a page on the way', () => {
  assert.deepEqual([siti, budi, citra].flatMap(({ faults }) => faults), []);
});
