// Two people in two Chromium browsers: they sign in, see each other, call, hear each other.
import assert from 'node:assert/strict';
import { after, afterEach, before } from 'node:test';
import { startDering } from '../support/dering.mjs';
import { until } from '../support/jssip_phone.mjs';
import { connect, openChromium } from '../support/page.mjs';
import { witnessedBy } from '../support/witnessed.mjs';

const tones = { siti: 440, budi: 620 };
let dering, siti, budi, ayu, accounts;
const test = witnessedBy(() => ({ dering, phones: { siti, budi, ayu } }));

before(async () => {
  dering = await startDering({ config: '[calls]\nring_seconds = 8\n' });
  accounts = {
    siti: await dering.addAccount('siti', { extension: '1001', name: 'Siti Rahmawati' }),
    budi: await dering.addAccount('budi', { extension: '1002', name: 'Budi Santoso' }),
    ayu: await dering.addAccount('ayu', { extension: '1003', name: 'Ayu Lestari' }),
  };
  siti = await openChromium({ tone: tones.siti });
  budi = await openChromium({ tone: tones.budi });
});
afterEach(async () => {
  await ayu?.browser.close();
  ayu = undefined;
  // A BYE waits for a page that is gone until that must know by itself (docs/protocols/lost-flow.md).
  await until(async () => (await dering.status()).calls === 0, 75, 'a call was left behind');
});
after(async () => {
  await siti?.browser.close();
  await budi?.browser.close();
  await dering?.stop();
});

test('they sign in and see each other come and go', { timeout: 60_000 }, async () => {
  await siti.signIn(dering.http, accounts.siti);
  await siti.sees('1002', 'offline');
  await budi.signIn(dering.http, accounts.budi);
  await siti.sees('1002', 'available');
  await budi.sees('1001', 'available');
});

test('search finds by name and by number', async () => {
  await siti.type('[data-testid="search"]', 'lest');
  await siti.find('[data-testid="person-1003"]');
  await siti.gone('person-1002');
  await siti.page.fill('[data-testid="search"]', '1002');
  await siti.find('[data-testid="person-1002"]');
  await siti.page.fill('[data-testid="search"]', '');
});

test('a call over ws: both hear the other, the relay is sealed, mute and hang-up work', { timeout: 60_000 }, async () => {
  await siti.call('1002');
  await budi.find('[data-testid="incoming"]');
  assert.match(await budi.text('incoming'), /Siti Rahmawati/);
  assert.match(await budi.text('incoming'), /1001/);
  await budi.click('answer');
  await siti.hears(tones.budi);
  await budi.hears(tones.siti);
  const [hers, his] = [await siti.fingerprints(), await budi.fingerprints()];
  assert.equal(hers.seen, his.own);
  assert.equal(his.seen, hers.own);
  for (const phone of [siti, budi]) await phone.says('seal-words', /\S/);
  assert.equal(await siti.text('seal-words'), await budi.text('seal-words'));
  await siti.sees('1002', 'in_call');

  // Mute silences one direction only.
  await siti.click('mute');
  await until(async () => (await budi.evaluate(() => window.__heard())) === 0, 12, 'still heard');
  await siti.hears(tones.budi);
  await siti.click('mute');
  await budi.hears(tones.siti);

  // Hanging up tells the other side and frees both.
  await siti.click('hang-up');
  await siti.ends('answered');
  await budi.ends('answered');
  await budi.gone('hang-up');
  await siti.sees('1002', 'available');
});

test('decline', async () => {
  await siti.call('1002');
  await budi.click('decline');
  await siti.ends('declined');
  await budi.ends('turned_down');
  await budi.gone('incoming');
});

test('cancel while ringing', async () => {
  await siti.call('1002');
  await budi.find('[data-testid="incoming"]');
  await siti.click('hang-up');
  await siti.ends('cancelled');
  await budi.ends('missed');
  await budi.gone('incoming');
});

test('no answer', { timeout: 40_000 }, async () => {
  await siti.call('1002');
  await budi.find('[data-testid="incoming"]');
  await siti.ends('no_answer', 15);
  await budi.ends('missed');
  await budi.gone('incoming');
});

test('an unknown number', async () => {
  await siti.dial('9999');
  await siti.ends('unknown_number');
});

test('calling oneself', async () => {
  await siti.dial('1001');
  await siti.ends('self_call');
});

test('somebody who has no phone open', async () => {
  await siti.call('1003');
  await siti.ends('offline');
});

test('busy, when the one who talks says so', { timeout: 90_000 }, async () => {
  ayu = await openChromium({ tone: 880 });
  await ayu.signIn(dering.http, accounts.ayu);
  await connect(siti, budi, '1002');
  await ayu.call('1002');
  await budi.click('waiting-busy');
  await ayu.ends('busy');
  // Who is busy goes on talking and hears nothing of it.
  await siti.hears(tones.budi);
  await budi.hears(tones.siti);
  await siti.click('hang-up');
  await siti.ends('answered');
  await budi.ends('answered');
  assert.deepEqual(ayu.faults, []);
});

test('the echo gives back what is said', { timeout: 40_000 }, async () => {
  await siti.dial('*43');
  await siti.hears(tones.siti);
  await siti.click('hang-up');
  await siti.ends('answered');
});

test('a page that is loaded anew while it rings rings on, and can answer', { timeout: 60_000 }, async () => {
  await siti.call('1002');
  await budi.find('[data-testid="incoming"]');
  await budi.page.reload();
  await budi.find('[data-testid="incoming"]');
  await budi.click('answer');
  await budi.hears(tones.siti);
  await siti.hears(tones.budi);
  await siti.click('hang-up');
  await budi.ends('answered');
});

test('leaving the page that rings tells the caller, and not that somebody declined', { timeout: 60_000 }, async () => {
  await siti.call('1002');
  await budi.find('[data-testid="incoming"]');
  await budi.page.goto('about:blank');
  await siti.ends('offline', 15);
  await budi.page.goto(dering.http);
  await budi.ready();
});

test('closing the page in a call tells the other side', { timeout: 150_000 }, async () => {
  ayu = await openChromium({ tone: 880 });
  await ayu.signIn(dering.http, accounts.ayu);
  await connect(ayu, budi, '1002');
  await ayu.page.close();
  // Another tab might have come back into the call.
  await budi.ends('lost', 45);
});

test('closing the page while it rings ends the ringing', { timeout: 90_000 }, async () => {
  ayu = await openChromium({ tone: 880 });
  await ayu.signIn(dering.http, accounts.ayu);
  await ayu.call('1002');
  await budi.find('[data-testid="incoming"]');
  await ayu.browser.close();
  await budi.ends('missed', 12);
  await budi.gone('incoming');
  await siti.sees('1003', 'offline', 20);
});

test('a crashed page ends the call for the other side', { timeout: 90_000 }, async () => {
  ayu = await openChromium({ tone: 880 });
  await ayu.signIn(dering.http, accounts.ayu);
  await connect(ayu, budi, '1002');
  await ayu.page.goto('chrome://crash').catch(() => {});
  await ayu.browser.close().catch(() => {});
  await budi.ends('lost', 45);
});

test('the media engine is killed: the call ends with words, and the next one works', { timeout: 60_000 }, async () => {
  await connect(siti, budi, '1002');
  const { execFileSync } = await import('node:child_process');
  execFileSync('pkill', ['-KILL', '-f', `dering-media.*${dering.data}`]);
  await siti.ends('media_lost', 10);
  await budi.ends('media_lost', 10);
  await dering.logged(/media engine ready[\s\S]*media engine ready/, 10);
  await connect(siti, budi, '1002');
  await siti.hears(tones.budi);
  await siti.click('hang-up');
  await budi.gone('hang-up');
});

test('a call over wss', { timeout: 60_000 }, async () => {
  await siti.signIn(dering.https, accounts.siti);
  await budi.signIn(dering.https, accounts.budi);
  await connect(siti, budi, '1002');
  await siti.hears(tones.budi);
  await budi.hears(tones.siti);
  await budi.click('hang-up');
  await siti.gone('hang-up');
});

test('nothing broke a page on the way', () => {
  assert.deepEqual([...siti.faults, ...budi.faults], []);
});
