// What the page says and does when a desk phone is at the other end, or holds: against a switchboard
// that passes the messages of two pages on, and says of the sound what the test wants.
import assert from 'node:assert/strict';
import { after, afterEach, before } from 'node:test';
import { startMock } from '../../web/phone/dev/mock.mjs';
import { until } from '../support/jssip_phone.mjs';
import { openChromium } from '../support/page.mjs';
import { witnessedBy } from '../support/witnessed.mjs';

const tones = { budi: 620, siti: 440 };
const minute = { timeout: 90_000 };
let mock, budi, siti;
const test = witnessedBy(() => ({ phones: { budi, siti } }));

before(async () => {
  mock = await startMock();
  [budi, siti] = await Promise.all(Object.values(tones).map((tone) => openChromium({ tone })));
  await enter(budi, 'budi');
  await enter(siti, 'siti');
  await budi.sees('1002', 'available');
});
afterEach(async () => {
  await Promise.all([budi, siti].map((phone) => phone.rest()));
  mock.control.sip.media = 'sealed';
});
after(async () => {
  await Promise.all([budi, siti].map((phone) => phone?.browser.close()));
  mock?.stop();
});

async function enter(phone, name) {
  await phone.page.goto(mock.origin);
  await phone.click('sign-in');
  await phone.page.click(`#${name}`);
  await phone.ready();
}
async function talk(media) {
  mock.control.sip.media = media;
  await budi.call('1002');
  await siti.click('answer');
  await budi.hears(tones.siti);
  await siti.hears(tones.budi);
}
/** The mean level of what the page plays by itself, over some seconds. */
async function levelOf(phone, seconds = 6) {
  let power = 0;
  for (let i = 0; i < seconds; i++) {
    await phone.page.waitForTimeout(1000);
    power += 10 ** ((await phone.evaluate(() => window.__plays())) / 10);
  }
  return 10 * Math.log10(power / seconds);
}

test('a sealed call says so on both sides, and the words are the same', minute, async () => {
  await talk('sealed');
  for (const phone of [budi, siti]) await phone.says('seal', /End-to-end encrypted/);
  assert.equal(await budi.text('seal-words'), await siti.text('seal-words'));
});

test('a call to a desk phone is encrypted to the server only, and says why, from either side', minute, async () => {
  await talk('terminated;reason=desk-phone');
  await budi.says('seal', /Encrypted to the server only.*Siti Rahmawati answered on a desk phone/);
  await siti.says('seal', /Encrypted to the server only.*Budi Santoso is on a desk phone/);
  for (const phone of [budi, siti]) {
    assert.doesNotMatch(await phone.text('call-page'), /End-to-end/);
    // Nor anywhere else on the page, the bar of the call among it.
    assert.doesNotMatch(await phone.evaluate(() => document.body.innerText), /End-to-end/);
    assert.equal(await phone.has('seal-words'), false);
  }
});

test('without a word of the server nothing is claimed', minute, async () => {
  await talk(null);
  await budi.says('seal', /^Encrypted/);
  assert.doesNotMatch(await budi.text('call-page'), /End-to-end encrypted/);
  assert.equal(await budi.has('seal-words'), true);
});

test('a word that comes with a later offer changes what is said', minute, async () => {
  await talk('sealed');
  mock.control.sip.media = 'terminated;reason=desk-phone';
  await siti.click('hold');
  await budi.says('seal', /Encrypted to the server only/);
});

test('who is held on a sealed call is told by whom, and hears a quiet tune of the page', minute, async () => {
  await talk('sealed');
  await siti.click('hold');
  await budi.holds('them');
  await budi.says('held-by', /^Siti Rahmawati put you on hold$/);
  await budi.plays(-40);
  await Promise.all([budi.hears(0), siti.hears(0)]);
  // A machine that has too much to do plays with gaps.
  let level;
  await until(async () => (level = await levelOf(budi)) > -28 && level < -20, 30, 'the tune has another level').catch((error) => {
    throw new Error(`${error.message}: ${level} dBFS`);
  });
  await siti.playsNothing();

  // Who wants no music has none, and none the next time.
  await budi.click('tune');
  await budi.playsNothing();
  await siti.click('resume');
  await Promise.all([budi.hears(tones.siti), siti.hears(tones.budi)]);
  await siti.click('hold');
  await budi.holds('them');
  await budi.playsNothing();
  await budi.click('tune');
  await budi.plays(-40);
  await siti.click('resume');
  await budi.playsNothing();
  await Promise.all([budi.hears(tones.siti), siti.hears(tones.budi)]);
});

test('where both hold, sound comes back only when both have let go', minute, async () => {
  await talk('sealed');
  await siti.click('hold');
  await budi.holds('them');
  await budi.click('hold');
  await siti.holds('both');
  await budi.holds('both');
  await siti.click('resume');
  await siti.holds('them');
  await budi.holds('us');
  await siti.plays(-40);
  await budi.playsNothing();
  await budi.click('resume');
  await Promise.all([budi.hears(tones.siti), siti.hears(tones.budi)]);
});

test('a desk phone that holds is heard: the server plays the music, and the page none', minute, async () => {
  await talk('terminated;reason=desk-phone');
  await siti.click('hold');
  await budi.holds('them');
  await budi.playsNothing();
  assert.equal(await budi.has('tune'), false);
});

test('keys go to a desk phone by INFO, each once, with a blip here; typed ones too', minute, async () => {
  await talk('terminated;reason=desk-phone');
  mock.control.sip.digits.length = 0;
  await budi.click('keypad');
  await budi.click('key-4');
  await budi.plays(-60);
  await budi.page.keyboard.press('2');
  await budi.page.keyboard.press('#');
  await budi.says('tones', /^42#$/);
  await until(() => mock.control.sip.digits.length >= 3, 12, 'not all keys have come');
  assert.deepEqual(mock.control.sip.digits, ['4', '2', '#']);
});

test('keys of a sealed call stay in its sound', minute, async () => {
  await talk('sealed');
  mock.control.sip.digits.length = 0;
  await budi.click('keypad');
  await budi.click('key-7');
  await budi.says('tones', /^7$/);
  await budi.page.waitForTimeout(500);
  assert.deepEqual(mock.control.sip.digits, []);
});

test('who withholds the number is named in words, and is not called back', minute, async () => {
  mock.control.sip.caller = '"Anonymous" <sip:anonymous@anonymous.invalid>';
  try {
    await budi.call('1002');
    await siti.says('incoming', /Number withheld/);
    assert.doesNotMatch(await siti.text('incoming'), /anonymous/i);
    await budi.click('hang-up');
    await siti.ends('missed');
    assert.equal(await siti.has('call-again'), false);
  } finally {
    mock.control.sip.caller = null;
  }
});

test('nothing broke a page on the way', () => {
  assert.deepEqual([...budi.faults, ...siti.faults], []);
});
