// What a person speaks with, hears and is called by: chosen on the Sound page, changed in a call, and told in words
// when something is wrong with it.
import assert from 'node:assert/strict';
import { after, afterEach, before } from 'node:test';
import { assertAccessible } from '../support/axe.mjs';
import { startDering } from '../support/dering.mjs';
import { lookAt } from '../support/dresses.mjs';
import { until } from '../support/jssip_phone.mjs';
import { connect, openChromium } from '../support/page.mjs';
import { waveFile } from '../support/tone.mjs';
import { witnessedBy } from '../support/witnessed.mjs';

const tones = { siti: 440, budi: 620 };
const minute = { timeout: 300_000 };
let dering, siti, budi, ayu;
const test = witnessedBy(() => ({ dering, phones: { siti, budi, ayu } }));

before(async () => {
  dering = await startDering();
  const accounts = {
    siti: await dering.addAccount('siti', { extension: '1001', name: 'Siti Rahmawati' }),
    budi: await dering.addAccount('budi', { extension: '1002', name: 'Budi Santoso' }),
    ayu: await dering.addAccount('ayu', { extension: '1003', name: 'Ayu Wulandari' }),
  };
  const permissions = ['microphone', 'notifications', 'clipboard-read', 'clipboard-write'];
  siti = await openChromium({ tone: tones.siti, permissions });
  budi = await openChromium({ tone: tones.budi });
  ayu = await openChromium({ speaks: await waveFile('silence.wav', new Float64Array(48_000), 48_000) });
  await siti.signIn(dering.http, accounts.siti);
  await budi.signIn(dering.http, accounts.budi);
  await ayu.signIn(dering.http, accounts.ayu);
});
afterEach(async () => {
  for (const phone of [siti, budi, ayu]) await phone?.rest();
  await until(async () => (await dering.status()).calls === 0, 40, 'a call was left behind');
});
after(async () => {
  await Promise.all([siti, budi, ayu].map((phone) => phone?.browser.close()));
  await dering?.stop();
});

async function openSound(phone) {
  await phone.click('account');
  await phone.click('open-sound');
  await phone.find('[data-testid="level"]');
}

/** Chooses a device by its name on the Sound page; gives its id. */
async function choose(phone, what, label) {
  const select = phone.page.locator(`[data-testid="choose-${what}"]`);
  await until(async () => (await select.locator('option').allTextContents()).includes(label), 12, `no "${label}" to choose`);
  await select.selectOption({ label });
  return select.inputValue();
}

const ringer = (phone) =>
  phone.evaluate(() => {
    const element = document.querySelector('audio[data-sound="ringer"]');
    return element && { device: element.sinkId, sounds: !element.paused };
  });

test('the Sound page shows the level of the microphone, and rings at the chosen device', minute, async () => {
  await openSound(siti);
  await siti.find('[data-testid="level"][data-word="good"]');
  const device = await choose(siti, 'ringer', 'Fake Audio Output 2');
  await siti.click('ring-now');
  const ringsAt = async () => ((await ringer(siti))?.sounds ? (await ringer(siti)).device : undefined);
  await until(async () => (await ringsAt()) === device, 12, 'it does not ring there');
  await siti.click('ring-now');
  await until(async () => !(await ringer(siti)).sounds, 12, 'it still rings');
  await lookAt(siti, 'sound/page', ['account']);

  // And when somebody calls.
  await budi.call('1001');
  await until(async () => (await ringsAt()) === device, 12, 'it does not ring at the chosen device');
  await budi.click('hang-up');
  await until(async () => !(await ringer(siti)).sounds, 12, 'it rings after the call');
});

test('another microphone is used in the call at once, and one that is unplugged is replaced with words', minute, async () => {
  await connect(siti, budi, '1002');
  await budi.hears(tones.siti);
  await openSound(siti);
  const device = await choose(siti, 'microphone', 'Fake Audio Input 2');
  const inUse = () => siti.evaluate(() => window.__microphone());
  await until(async () => (await inUse()).id === device, 12, 'the call does not speak with the chosen microphone');
  await budi.hears(tones.siti);

  await siti.evaluate((gone) => {
    const { mediaDevices } = navigator;
    const all = mediaDevices.enumerateDevices.bind(mediaDevices);
    mediaDevices.enumerateDevices = async () => (await all()).filter(({ deviceId }) => deviceId !== gone);
    window.__microphone().unplug();
  }, device);
  const words = /Your microphone was unplugged\. You speak with “.+” now\./;
  await siti.says('sound-words', words);
  await until(async () => (await inUse()).id !== device, 12, 'the call still speaks with what was unplugged');
  await budi.hears(tones.siti);
  assert.match(await siti.text('sound-words'), words, 'the words were soon others');
  await assertAccessible(siti.page);
  await siti.click('sound-words-close');
  await siti.says('sound-words', /^$/);
});

test('who speaks while muted is told, once', minute, async () => {
  await connect(budi, siti, '1001');
  await siti.hears(tones.budi);
  await budi.click('mute');
  await budi.says('sound-words', /You speak while muted/);
  await siti.hears(0);
  await lookAt(budi, 'sound/speaks-muted');
  await budi.click('sound-words-close');
  await budi.says('sound-words', /^$/);
  await budi.click('mute');
  await siti.hears(tones.budi);
});

test('whose microphone gives no sound is told, in a call and by the echo test', minute, async () => {
  await ayu.dial('*43');
  await ayu.says('sound-words', /No sound comes from your microphone/, 30);
  await ayu.find('[data-testid="echo"][data-verdict="noMicrophone"]', 30);
  await ayu.click('sound-words-open');
  await ayu.find('[data-testid="sound-page"]');
  await ayu.find('[data-testid="level"][data-word="silent"]');
});

test('the echo test says that we hear them, and a report tells it', minute, async () => {
  await siti.dial('*43');
  await siti.find('[data-testid="echo"][data-verdict="heard"]', 30);
  await siti.says('echo-numbers', /% lost, \d+ ms there and back/, 30);
  await lookAt(siti, 'sound/echo');
  await siti.click('hang-up');
  await openSound(siti);
  await siti.says('last-echo', /We hear you/);
  await siti.click('copy-report');
  await siti.says('report-state', /Copied/);
  const report = await siti.evaluate(() => navigator.clipboard.readText());
  assert.match(report, /^Browser: .*Chrome/m);
  assert.match(report, /^Permissions: microphone granted/m);
  assert.match(report, /^Microphones \(\d\): .*Fake Audio Input 1/m);
  assert.match(report, /^ICE candidates: host\/udp \d/m);
  assert.match(report, /^WebSocket: opened \d+ ms, round trip \d+ ms/m);
  assert.match(report, /^Last echo test: heard/m);
  assert.doesNotMatch(report, /Siti|1001|127\.0\.0\.1/);
});
