// Sealed calls of Firefox, which stays with the keys of a connection: whoever is sent on gets another one by an
// INVITE with Replaces, and goes on in the same call. Runs in a network namespace: `npm run firefox`.
import assert from 'node:assert/strict';
import { networkInterfaces } from 'node:os';
import { after, afterEach, before } from 'node:test';
import { BaresipPhone } from '../interop/phones/baresip.mjs';
import { loudest } from '../interop/sound.mjs';
import { startDering } from '../support/dering.mjs';
import { until } from '../support/jssip_phone.mjs';
import { connect, openChromium, openFirefox } from '../support/page.mjs';
import { witnessedBy } from '../support/witnessed.mjs';

const address = networkInterfaces().phone0?.find(({ family }) => family === 'IPv4')?.address;
const tones = { siti: 440, budi: 620, ayu: 880, tuti: 1100 };
const names = { siti: 'Siti Rahmawati', budi: 'Budi Santoso', ayu: 'Ayu Lestari', tuti: 'Tuti Handayani' };
const numbers = { siti: '1001', budi: '1002', ayu: '1003', tuti: '1004' };
const minute = { timeout: 90_000 };
const phones = {};
const accounts = {};
let dering, desk;
const test = witnessedBy(() => ({ dering, phones }));

before(async () => {
  assert.ok(address, 'this test belongs into a namespace of its own: run it by "npm run firefox"');
  dering = await startDering({ address });
  for (const [person, name] of Object.entries(names)) {
    accounts[person] = await dering.addAccount(person, { extension: numbers[person], name });
  }
  const origin = `https://${address}:${dering.ports.https}`;
  for (const [person, open] of [['siti', openFirefox], ['budi', openFirefox], ['ayu', openChromium]]) {
    phones[person] = await open({ tone: tones[person] });
    await phones[person].signIn(origin, accounts[person]);
  }
  const device = await dering.addDevice('tuti', 'tuti-desk', 'tuti-desk-secret');
  const fields = { username: device.username, authname: device.username, password: device.password, domain: 'dering', server: address, address, port: dering.ports.sip };
  desk = await BaresipPhone.start(fields, { transport: 'udp', tone: tones.tuti });
  await until(() => /200 OK/.test(desk.log), 20, 'the desk phone did not register');
  desk.forget();
});
afterEach(async () => {
  for (const phone of Object.values(phones)) await phone.rest();
  desk.hangUp();
  await until(async () => (await dering.status()).calls === 0, 75, 'a call was left behind');
  desk.forget();
});
after(async () => {
  await Promise.all(Object.values(phones).map((phone) => phone.browser.close()));
  await desk?.stop();
  await dering?.stop();
});

const seconds = (text) => text.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
const timerOf = async (phone) => seconds(await phone.text('call-timer'));

/** Both are sealed, and hear each other. */
async function talk(one, other) {
  await connect(phones[one], phones[other], numbers[other]);
  await phones[one].hears(tones[other]);
  await phones[other].hears(tones[one]);
  const [ours, theirs] = [await phones[one].fingerprints(), await phones[other].fingerprints()];
  assert.equal(ours.seen, theirs.own, 'not sealed');
}
async function send(from, to, how = 'transfer-now') {
  await phones[from].click('transfer');
  await phones[from].type('[data-testid="transfer-search"]', numbers[to]);
  await phones[from].page.keyboard.press('Enter');
  await phones[from].click(how);
}
async function plays(hertz) {
  await until(async () => Math.abs(loudest(await desk.listen()) - hertz) <= 15, 15, `the desk phone does not play ${hertz} Hz`);
}
/** It is the call that it was: nothing says that it ended, or that another one came. */
async function goesOn(person, since, other) {
  const phone = phones[person];
  await phone.talksWith(new RegExp(names[other]));
  assert.equal(await phone.has('outcome'), false, 'the page says that a call has ended');
  assert.equal(await phone.has('incoming'), false, 'the page rings');
  assert.ok((await timerOf(phone)) >= since, 'the timer began anew');
}

test('Firefox sends Firefox on to a desk phone: both hear each other, and the call on the page is the same', minute, async () => {
  await talk('siti', 'budi');
  await until(async () => (await timerOf(phones.budi)) >= 3, 8, 'no timer');
  const since = await timerOf(phones.budi);
  await send('siti', 'tuti');
  await until(() => desk.isRinging, 15, 'the desk phone does not ring');
  desk.answer();
  await phones.budi.hears(tones.tuti);
  await plays(tones.budi);
  await goesOn('budi', since, 'tuti');
  await phones.siti.find('[data-testid="outcome"][data-outcome="transferred"]');
});

test('who is muted stays muted, and can be heard again', minute, async () => {
  await talk('siti', 'budi');
  await phones.budi.click('mute');
  await send('siti', 'tuti');
  await until(() => desk.isRinging, 15, 'the desk phone does not ring');
  desk.answer();
  await phones.budi.hears(tones.tuti);
  assert.equal(loudest(await desk.listen()), 0, 'the desk phone hears who is muted');
  await phones.budi.click('mute');
  await plays(tones.budi);
});

test('who holds goes on holding, and resumes', minute, async () => {
  await talk('siti', 'budi');
  await phones.budi.click('hold');
  await phones.siti.holds('them');
  await send('siti', 'tuti');
  await until(() => desk.isRinging, 15, 'the desk phone does not ring');
  desk.answer();
  await phones.budi.talksWith(new RegExp(names.tuti));
  await phones.budi.holds('us');
  await phones.budi.click('resume');
  await phones.budi.hears(tones.tuti);
  await plays(tones.budi);
});

test('Firefox sends Chromium on to a desk phone, in the dialog that it has', minute, async () => {
  await talk('siti', 'ayu');
  await send('siti', 'tuti');
  await until(() => desk.isRinging, 15, 'the desk phone does not ring');
  desk.answer();
  await phones.ayu.hears(tones.tuti);
  await plays(tones.ayu);
});

test('Chromium sends Firefox on to Firefox', minute, async () => {
  await talk('ayu', 'budi');
  await send('ayu', 'siti');
  await phones.siti.says('incoming', new RegExp(names.budi));
  await phones.siti.click('answer');
  await phones.siti.hears(tones.budi);
  await phones.budi.hears(tones.siti);
});

test('after asking, Firefox connects Firefox and Chromium, each of which goes on in its way', minute, async () => {
  await talk('siti', 'budi');
  await send('siti', 'ayu', 'transfer-ask');
  await phones.ayu.click('answer');
  await phones.siti.hears(tones.ayu);
  await phones.siti.click('connect');
  await phones.budi.hears(tones.ayu);
  await phones.ayu.hears(tones.budi);
  await goesOn('budi', 0, 'ayu');
});

test('who is declined is back with who sent them, and both hear each other in new dialogs', minute, async () => {
  await talk('siti', 'budi');
  await send('siti', 'ayu');
  await phones.ayu.click('decline');
  await phones.siti.says('transfer-note', new RegExp(`${names.budi} is back with you`), 20);
  await phones.siti.hears(tones.budi);
  await phones.budi.hears(tones.siti);
  await phones.budi.click('hang-up');
  await phones.siti.ends('answered');
});

test('keys and another transfer work in the dialog that came in the place of the first', minute, async () => {
  await talk('siti', 'budi');
  await send('siti', 'tuti');
  await until(() => desk.isRinging, 15, 'the desk phone does not ring');
  desk.answer();
  await phones.budi.hears(tones.tuti);
  await phones.budi.page.keyboard.press('d');
  await phones.budi.page.keyboard.press('5');
  await until(() => desk.digits.includes('5'), 10, 'the key did not come');
  await phones.budi.page.keyboard.press('Escape');
  await send('budi', 'ayu');
  await phones.ayu.says('incoming', new RegExp(names.tuti));
  await phones.ayu.click('answer');
  await phones.ayu.hears(tones.tuti);
});

test('in the history of who was sent on it is two talks, and nothing ended in between', minute, async () => {
  await talk('siti', 'budi');
  await send('siti', 'ayu');
  await phones.ayu.click('answer');
  await phones.budi.hears(tones.ayu);
  await phones.ayu.click('hang-up');
  await phones.budi.ends('answered');
  await phones.budi.tab(1);
  await phones.budi.says('recent', new RegExp(`^Today${names.ayu}[^,]*Outgoing, transferred.*?${names.siti}Incoming, transferred`));
  await phones.budi.tab(0);
});

test('nothing broke a page on the way', {}, () => {
  assert.deepEqual(Object.values(phones).flatMap(({ faults }) => faults), []);
});
