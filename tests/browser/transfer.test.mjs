// A person at the page sends whom they talk with on to somebody else: a desk phone to a desk phone and to a
// page, at once and after asking, with the tones of all before and after, and with words where it fails.
import assert from 'node:assert/strict';
import { after, afterEach, before } from 'node:test';
import { BaresipPhone } from '../interop/phones/baresip.mjs';
import { loudest } from '../interop/sound.mjs';
import { startDering } from '../support/dering.mjs';
import { fieldsOfPage } from '../support/desk_phone.mjs';
import { until } from '../support/jssip_phone.mjs';
import { openChromium } from '../support/page.mjs';
import { api, signIn } from '../support/sign_in.mjs';
import { witnessedBy } from '../support/witnessed.mjs';

const tones = { siti: 440, ayu: 1000, budi: 620, tuti: 880 };
const minute = { timeout: 90_000 };
let dering, siti, ayu, budi, tuti, accounts;
const test = witnessedBy(() => ({ dering, phones: { siti, ayu } }));

before(async () => {
  dering = await startDering();
  accounts = {
    siti: await dering.addAccount('siti', { extension: '1001', name: 'Siti Rahmawati' }),
    budi: await dering.addAccount('budi', { extension: '1002', name: 'Budi Santoso' }),
    tuti: await dering.addAccount('tuti', { extension: '1003', name: 'Tuti Lestari' }),
    ayu: await dering.addAccount('ayu', { extension: '1004', name: 'Ayu Wulandari' }),
    off: await dering.addAccount('off', { extension: '1005', name: 'Nobody There' }),
  };
  [siti, ayu] = await Promise.all([openChromium({ tone: tones.siti }), openChromium({ tone: tones.ayu })]);
  await siti.signIn(dering.http, accounts.siti);
  await ayu.signIn(dering.http, accounts.ayu);
  [budi, tuti] = await Promise.all([startDesk(accounts.budi, tones.budi), startDesk(accounts.tuti, tones.tuti, ['PCMU'])]);
});
afterEach(async () => {
  for (const phone of [siti, ayu]) await phone.rest();
  for (const desk of [budi, tuti]) desk.hangUp();
  await until(async () => (await dering.status()).calls === 0, 40, 'a call was left behind');
  for (const desk of [budi, tuti]) desk.forget();
});
after(async () => {
  await Promise.all([siti, ayu].map((phone) => phone?.browser.close()));
  await Promise.all([budi, tuti].map((desk) => desk?.stop()));
  await dering?.stop();
});

/** Registers as a device of that person's. */
async function startDesk(account, tone, codecs) {
  const { access_token: token } = await signIn(dering.http, account);
  const made = await api(dering.http, '/api/v1/devices', token, { method: 'POST', body: { name: 'desk' } });
  assert.equal(made.status, 201);
  const { server } = (await api(dering.http, '/api/v1/devices', token)).body;
  const fields = await fieldsOfPage({ ...server, host: '127.0.0.1' }, made.body);
  const desk = await BaresipPhone.start({ ...fields, address: '127.0.0.1' }, { transport: 'udp', tone, codecs });
  await until(() => /200 OK/.test(desk.log), 20, 'the desk phone did not register');
  desk.forget();
  return desk;
}

/** What is on a desk phone's tape lately has this tone; 0: it is silent. */
async function plays(desk, hertz, seconds = 15) {
  let last;
  await until(async () => Math.abs((last = loudest(await desk.listen())) - hertz) <= 15, seconds, `the desk phone does not play ${hertz} Hz`)
    .catch((error) => {
      throw new Error(`${error.message}, but ${last}\n${desk.log.slice(-800)}`);
    });
}
const rings = (desk) => until(() => desk.isRinging, 15, 'the desk phone does not ring');

/** Siti talks with Budi, and both hear each other. */
async function talk() {
  await siti.call('1002');
  await rings(budi);
  budi.answer();
  await siti.hears(tones.budi);
  await plays(budi, tones.siti);
}
async function choose(name) {
  await siti.click('transfer');
  await siti.type('[data-testid="transfer-search"]', name);
  await siti.page.keyboard.press('Enter');
}
async function send(name) {
  await choose(name);
  await siti.click('transfer-now');
}
async function ask(name) {
  await choose(name);
  await siti.click('transfer-ask');
}
async function isPutThrough(who, whom) {
  await siti.find('[data-testid="outcome"][data-outcome="transferred"]');
  await siti.says('outcome', new RegExp(`Put through.*${who} talks with ${whom} now`));
  await siti.gone('call-bar');
}
const fails = (pattern) => siti.says('transfer-note', pattern, 20);

test('a desk phone is sent on at once to another desk phone: both hear each other, and the page says so', minute, async () => {
  await talk();
  await send('tuti');
  await siti.says('transfer-note', /Budi Santoso is being put through to Tuti Lestari\. It rings there/);
  await rings(tuti);
  tuti.answer();
  await isPutThrough('Budi Santoso', 'Tuti Lestari');
  await plays(tuti, tones.budi);
  await plays(budi, tones.tuti);
});

test('a desk phone is sent on at once to a page: both hear each other', minute, async () => {
  await talk();
  await send('1004');
  await ayu.says('incoming', /Budi Santoso/);
  await ayu.click('answer');
  await isPutThrough('Budi Santoso', 'Ayu Wulandari');
  await ayu.hears(tones.budi);
  await plays(budi, tones.ayu);
});

test('a page is sent on to a desk phone that takes another codec than the page spoke: both hear each other', minute, async () => {
  await siti.call('1004');
  await ayu.click('answer');
  await siti.hears(tones.ayu);
  await send('tuti');
  await rings(tuti);
  tuti.answer();
  await isPutThrough('Ayu Wulandari', 'Tuti Lestari');
  await plays(tuti, tones.ayu);
  await ayu.hears(tones.tuti);
});

test('the key T opens the choice, and all of it can be done by keyboard', minute, async () => {
  await talk();
  await siti.page.keyboard.press('t');
  await siti.find('[data-testid="transfer-search"]:focus');
  await siti.page.keyboard.type('ayu');
  await siti.page.keyboard.press('Enter');
  await siti.find('[data-testid="transfer-ask"]:focus');
  await siti.page.keyboard.press('Tab');
  await siti.page.keyboard.press('Enter');
  await ayu.click('answer');
  await isPutThrough('Budi Santoso', 'Ayu Wulandari');
});

test('whom the target declines is back, with words, and both hear each other again', minute, async () => {
  await talk();
  await send('ayu');
  await ayu.click('decline');
  await fails(/Ayu Wulandari declined\. Budi Santoso is back with you\./);
  await siti.hears(tones.budi);
  await plays(budi, tones.siti);
});

test('nobody at the number, nobody with the number, and who is there already: each has its words', minute, async () => {
  await talk();
  await send('1005');
  await fails(/Nobody There cannot be reached\. Budi Santoso is back with you\./);
  await send('7777');
  await fails(/Nobody has the number 7777\./);
  await send('1001');
  await fails(/is in this call already.*Budi Santoso is still with you\./);
  await siti.hears(tones.budi);
  await plays(budi, tones.siti);
});

test('who was on hold when nobody could be reached is on hold still, until resumed', minute, async () => {
  await talk();
  await siti.click('hold');
  await siti.holds('us');
  await send('1005');
  await fails(/Budi Santoso is back with you, on hold\./);
  await siti.click('resume');
  await siti.hears(tones.budi);
  await plays(budi, tones.siti);
});

test('who asks and goes back talks on, and no card is in the way', minute, async () => {
  await talk();
  await ask('ayu');
  await siti.says('other-state', /until you have asked Ayu Wulandari/);
  await ayu.says('incoming', /Siti Rahmawati/);
  await ayu.click('answer');
  await siti.hears(tones.ayu);
  await siti.click('go-back');
  await siti.hears(tones.budi);
  assert.equal(await siti.has('outcome'), false);
});

test('after asking, a desk phone is handed over to another desk phone, and both calls leave the page', minute, async () => {
  await talk();
  await ask('tuti');
  await rings(tuti);
  tuti.answer();
  await siti.hears(tones.tuti);
  await plays(tuti, tones.siti);
  await siti.click('connect');
  await isPutThrough('Budi Santoso', 'Tuti Lestari');
  await plays(tuti, tones.budi);
  await plays(budi, tones.tuti);
});

test('after asking, a desk phone is handed over to a page that talks, whose sealed call the server hears from then on', minute, async () => {
  await talk();
  await ask('ayu');
  await ayu.click('answer');
  await siti.hears(tones.ayu);
  await siti.click('connect');
  await isPutThrough('Budi Santoso', 'Ayu Wulandari');
  await ayu.hears(tones.budi);
  await plays(budi, tones.ayu);
});

test('handed over while it still rings, the other one rings on and answers the one who was sent', minute, async () => {
  await talk();
  await ask('ayu');
  await ayu.find('[data-testid="incoming"]');
  await siti.find('[data-testid="call-state"][data-stage="ringing"]');
  await siti.click('connect');
  await siti.says('transfer-note', /Budi Santoso is being put through to Ayu Wulandari/);
  await ayu.says('incoming', /Budi Santoso/);
  await ayu.click('answer');
  await isPutThrough('Budi Santoso', 'Ayu Wulandari');
  await ayu.hears(tones.budi);
});

test('who is asked and declines leaves the talk to go on by itself', minute, async () => {
  await talk();
  await ask('ayu');
  await ayu.click('decline');
  await siti.ends('declined');
  await siti.hears(tones.budi);
  await plays(budi, tones.siti);
});

test('who hangs up in the middle is told what may come, and is called back when nobody answers', minute, async () => {
  await talk();
  await send('ayu');
  await ayu.find('[data-testid="incoming"]');
  await siti.click('hang-up');
  await siti.says('outcome', /You hung up.*If nobody answers there, your phone rings/);
  await ayu.click('decline');
  await siti.says('incoming', /Budi Santoso/);
  await siti.click('answer');
  await siti.hears(tones.budi);
});

test('nothing broke a page on the way', () => {
  assert.deepEqual([siti, ayu].flatMap(({ faults }) => faults), []);
});
