// The same call in Firefox, and between Chromium and Firefox. Runs in a network namespace that has an
// address and a default route, because Firefox gathers no candidates without: `npm run firefox`.
import assert from 'node:assert/strict';
import { networkInterfaces } from 'node:os';
import { after, afterEach, before } from 'node:test';
import { startDering } from '../support/dering.mjs';
import { until } from '../support/jssip_phone.mjs';
import { connect, openChromium, openFirefox, Phone } from '../support/page.mjs';
import { witnessedBy } from '../support/witnessed.mjs';

const address = networkInterfaces().phone0?.find(({ family }) => family === 'IPv4')?.address;
const tones = { siti: 440, budi: 620, ayu: 880 };
const phones = {};
let dering, accounts, origin;
const test = witnessedBy(() => ({ dering, phones }));

before(async () => {
  assert.ok(address, 'this test belongs into a namespace of its own: run it by "npm run firefox"');
  dering = await startDering({ address });
  origin = `https://${address}:${dering.ports.https}`;
  accounts = {
    siti: await dering.addAccount('siti', { extension: '1001', name: 'Siti Rahmawati' }),
    budi: await dering.addAccount('budi', { extension: '1002', name: 'Budi Santoso' }),
    ayu: await dering.addAccount('ayu', { extension: '1003', name: 'Ayu Lestari' }),
  };
});
afterEach(async () => {
  await until(async () => (await dering.status()).calls === 0, 75, 'a call was left behind');
});
after(async () => {
  await Promise.all(Object.values(phones).map((phone) => phone.browser.close()));
  await dering?.stop();
});

const minute = { timeout: 90_000 };

for (const [name, open] of [['siti', openFirefox], ['budi', openFirefox], ['ayu', openChromium]]) {
  const browser = open === openFirefox ? 'Firefox' : 'Chromium';
  test(`${name} signs in with ${browser}`, minute, async () => {
    phones[name] = await open({ tone: tones[name] });
    await phones[name].signIn(origin, accounts[name]);
  });
}

const pairs = [
  ['Firefox calls Firefox', 'siti', 'budi'],
  ['Chromium calls Firefox', 'ayu', 'budi'],
  ['Firefox calls Chromium', 'siti', 'ayu'],
];
for (const [title, caller, callee] of pairs) {
  test(`${title}: both hear the other, and the relay is sealed`, minute, async () => {
    const [one, other] = [phones[caller], phones[callee]];
    const { extension } = accounts[callee];
    await one.sees(extension, 'available');
    await connect(one, other, extension);
    await one.hears(tones[callee]);
    await other.hears(tones[caller]);
    const [ours, theirs] = [await one.fingerprints(), await other.fingerprints()];
    assert.equal(ours.seen, theirs.own);
    assert.equal(theirs.seen, ours.own);
    for (const phone of [one, other]) await phone.says('seal-words', /\S/);
    assert.equal(await one.text('seal-words'), await other.text('seal-words'));
    await one.click('hang-up');
    await one.ends('answered');
    await other.ends('answered');
  });
}

test('the echo gives back to Firefox what it says', minute, async () => {
  await phones.siti.dial('*43');
  await phones.siti.hears(tones.siti);
  await phones.siti.click('hang-up');
  await phones.siti.ends('answered');
});

test('mute in Firefox silences one direction only', minute, async () => {
  const { siti, ayu } = phones;
  await connect(siti, ayu, '1003');
  await siti.click('mute');
  await until(async () => (await ayu.evaluate(() => window.__heard())) === 0, 8, 'still heard');
  await siti.hears(tones.ayu);
  await siti.click('mute');
  await ayu.hears(tones.siti);
  await siti.click('hang-up');
  await ayu.ends('answered');
});

test('a microphone that is chosen in a call in Firefox is used at once', minute, async () => {
  const { siti, ayu } = phones;
  await connect(siti, ayu, '1003');
  await ayu.hears(tones.siti);
  const before = await siti.evaluate(() => window.__microphone().track);
  await siti.click('account');
  await siti.click('open-sound');
  await siti.click('open-microphone');
  await siti.find('[data-testid="level"]');
  const choices = () => siti.evaluate(() => [...document.querySelectorAll('[data-testid="choose-microphone"] option')].map(({ value }) => value));
  await until(async () => (await choices()).length > 1, 12, 'no microphone to choose');
  const [, device] = await choices();
  await siti.page.select('[data-testid="choose-microphone"]', device);
  const inUse = () => siti.evaluate(() => window.__microphone());
  await until(async () => (await inUse()).track !== before, 12, 'the call does not speak with the chosen microphone');
  await ayu.hears(tones.siti);
  await ayu.click('hang-up');
  await siti.ends('answered');
});

test('decline and cancel in Firefox', minute, async () => {
  const { siti, budi } = phones;
  await siti.call('1002');
  await budi.click('decline');
  await siti.ends('declined');
  await budi.ends('turned_down');
  await siti.call('1002');
  await budi.find('[data-testid="incoming"]');
  await siti.click('hang-up');
  await siti.ends('cancelled');
  await budi.ends('missed');
});

test('a second tab in Firefox is the same telephone: it answers, mutes and ends what has its sound in the first', minute, async () => {
  const { siti, budi } = phones;
  const beside = new Phone(await budi.browser.newPage(), budi.browser, 'puppeteer');
  try {
    await beside.opens(origin);
    await beside.find('[data-testid="elsewhere"][data-contact="there"]', 30);
    await siti.call('1002');
    await beside.click('answer', 30);
    await beside.find('[data-testid="call-state"][data-stage="connected"]', 30);
    await siti.hears(tones.budi, 30);
    await beside.click('mute');
    await siti.hears(0, 30);
    await budi.find('[data-testid="mute"][aria-pressed="true"]', 30);
    await beside.click('hang-up');
    await siti.ends('answered');
    await beside.gone('call-bar');
    assert.deepEqual(beside.faults, []);
  } finally {
    await beside.page.close();
    await budi.page.bringToFront();
  }
});

test('a page that is loaded anew in Firefox is back in its call', minute, async () => {
  const { siti, budi } = phones;
  await connect(siti, budi, '1002');
  await siti.page.reload();
  await siti.find('[data-testid="call-state"][data-stage="connected"]', 30);
  await siti.hears(tones.budi, 30);
  await budi.hears(tones.siti, 30);
  await siti.click('hang-up');
  await budi.ends('answered');
});

test('leaving the page in Firefox tells the other side', { timeout: 150_000 }, async () => {
  const { siti, budi } = phones;
  await connect(siti, budi, '1002');
  await siti.page.goto('about:blank');
  // It might have been loaded anew, and then it would have come back.
  await budi.ends('lost', 45);
  await siti.page.goto(origin);
  await siti.ready();
});

test('reloading the page in Firefox while it rings ends the ringing', minute, async () => {
  const { siti, budi } = phones;
  await siti.call('1002');
  await budi.find('[data-testid="incoming"]');
  await siti.page.reload();
  await budi.ends('missed');
  await siti.ready();
});

test('a page that is loaded anew in Firefox while it rings rings on', minute, async () => {
  const { siti, budi } = phones;
  await siti.call('1002');
  await budi.find('[data-testid="incoming"]');
  await budi.page.reload();
  await budi.find('[data-testid="incoming"]');
  await budi.click('decline');
  await siti.ends('declined');
});

test('leaving the page that rings in Firefox tells the caller', minute, async () => {
  const { siti, budi } = phones;
  await siti.call('1002');
  await budi.find('[data-testid="incoming"]');
  await budi.page.goto('about:blank');
  await siti.ends('offline', 15);
  await budi.page.goto(origin);
  await budi.ready();
});

test('closing the page in Firefox tells the other side', { timeout: 150_000 }, async () => {
  const { siti, ayu } = phones;
  await connect(siti, ayu, '1003');
  await siti.page.close();
  delete phones.siti;
  await siti.browser.close();
  await ayu.ends('lost', 45);
  await ayu.sees('1001', 'offline', 20);
});

test('nothing broke a page on the way', {}, () => {
  assert.deepEqual(Object.values(phones).flatMap(({ faults }) => faults), []);
});
