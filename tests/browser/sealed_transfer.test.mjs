// A sealed call between two pages becomes one that the server hears when one of them is sent on: what the people
// hear before and after, what their pages say, and how long nobody is heard.
import { after, afterEach, before } from 'node:test';
import { startDering } from '../support/dering.mjs';
import { until } from '../support/jssip_phone.mjs';
import { openChromium } from '../support/page.mjs';
import { witnessedBy } from '../support/witnessed.mjs';

const tones = { siti: 440, budi: 620, tuti: 880 };
const minute = { timeout: 90_000 };
let dering, siti, budi, tuti;
const test = witnessedBy(() => ({ dering, phones: { siti, budi, tuti } }));

before(async () => {
  dering = await startDering();
  const accounts = {
    siti: await dering.addAccount('siti', { extension: '1001', name: 'Siti Rahmawati' }),
    budi: await dering.addAccount('budi', { extension: '1002', name: 'Budi Santoso' }),
    tuti: await dering.addAccount('tuti', { extension: '1003', name: 'Tuti Lestari' }),
  };
  [siti, budi, tuti] = await Promise.all(Object.values(tones).map((tone) => openChromium({ tone })));
  await Promise.all([
    [siti, accounts.siti],
    [budi, accounts.budi],
    [tuti, accounts.tuti],
  ].map(([phone, account]) => phone.signIn(dering.http, account)));
});
afterEach(async () => {
  for (const phone of [siti, budi, tuti]) await phone.rest();
  await until(async () => (await dering.status()).calls === 0, 40, 'a call was left behind');
});
after(async () => {
  await Promise.all([siti, budi, tuti].map((phone) => phone?.browser.close()));
  await dering?.stop();
});

async function talk() {
  await siti.call('1002');
  await budi.click('answer');
  await siti.hears(tones.budi);
  await budi.hears(tones.siti);
}
async function send(name) {
  await siti.click('transfer');
  await siti.type('[data-testid="transfer-search"]', name);
  await siti.page.keyboard.press('Enter');
  await siti.click('transfer-now');
}

test('a page is sent on by a page to a page, and both hear each other by the server', minute, async () => {
  await talk();
  await send('tuti');
  await tuti.says('incoming', /Budi Santoso/);
  await tuti.click('answer');
  await tuti.hears(tones.budi);
  await budi.hears(tones.tuti);
});

test('a page comes back to the page that sent it, and both hear each other again', minute, async () => {
  await talk();
  await send('tuti');
  await tuti.click('decline');
  await siti.says('transfer-note', /Budi Santoso is back with you/, 20);
  await siti.hears(tones.budi);
  await budi.hears(tones.siti);
});
