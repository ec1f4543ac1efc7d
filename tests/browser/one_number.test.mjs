// One number, every phone: a page and a desk phone call each other on the running program, with sound both
// ways. The desk phone (baresip) says back whatever it hears, so that the page hears its own tone; the one that
// calls has a tone of its own.
import assert from 'node:assert/strict';
import { after, afterEach, before } from 'node:test';
import { startDering } from '../support/dering.mjs';
import { Baresip, fieldsOfPage } from '../support/desk_phone.mjs';
import { until } from '../support/jssip_phone.mjs';
import { openChromium } from '../support/page.mjs';
import { api, signIn } from '../support/sign_in.mjs';
import { toneFile } from '../support/tone.mjs';
import { witnessedBy } from '../support/witnessed.mjs';

const tones = { siti: 440, desk: 620 };
const minute = { timeout: 90_000 };
let dering, siti, desk, accounts;
const test = witnessedBy(() => ({ dering, phones: { siti } }));

before(async () => {
  dering = await startDering();
  accounts = {
    siti: await dering.addAccount('siti', { extension: '1001', name: 'Siti Rahmawati' }),
    budi: await dering.addAccount('budi', { extension: '1002', name: 'Budi Santoso' }),
  };
  siti = await openChromium({ tone: tones.siti });
  await siti.signIn(dering.http, accounts.siti);
});
afterEach(async () => {
  await desk?.stop();
  desk = undefined;
  await until(async () => (await dering.status()).calls === 0, 40, 'a call was left behind');
});
after(async () => {
  await siti?.browser.close();
  await dering?.stop();
});

/** Registers as a device of Budi's. */
async function startDesk(transport, options) {
  const token = (await signIn(dering.http, accounts.budi)).access_token;
  const made = await api(dering.http, '/api/v1/devices', token, { method: 'POST', body: { name: transport } });
  assert.equal(made.status, 201);
  const { server } = (await api(dering.http, '/api/v1/devices', token)).body;
  desk = await Baresip.start(await fieldsOfPage({ ...server, host: '127.0.0.1' }, made.body), transport, options);
  // The phone of the test before is gone without a word, and still said to be there.
  await until(() => /200 OK/.test(desk.log), 20, 'the desk phone did not register');
}

test('a page calls a desk phone: it hears itself through the phone, and reads how far the encryption reaches', minute, async () => {
  await startDesk('udp');
  await siti.call('1002');
  await siti.hears(tones.siti);
  await siti.says('seal', /Encrypted to the server only.*answered on a desk phone/);
  await siti.click('hang-up');
});

test('a page that is loaded anew is back in its call with a desk phone, and then muted and held as it was', minute, async () => {
  await startDesk('udp');
  await siti.call('1002');
  await siti.hears(tones.siti);
  const back = async (state) => {
    await siti.page.reload();
    await siti.find(`[data-testid="call-state"]${state}`, 30);
  };
  await back('[data-stage="connected"]');
  await siti.hears(tones.siti, 30);
  await siti.click('mute');
  await siti.hears(0);
  await back('[data-stage="connected"]');
  await siti.hears(0, 30);
  await siti.click('mute');
  await siti.hears(tones.siti);
  await siti.click('hold');
  await siti.holds('us');
  await siti.page.reload();
  await siti.holds('us', 30);
  await siti.hears(0);
  await siti.click('resume');
  await siti.hears(tones.siti);
  await siti.click('hang-up');
});

test('no picture goes to a desk phone nor comes from one: the page says why, and a phone that adds one keeps the sound', minute, async () => {
  await startDesk('udp', { films: true });
  await siti.call('1002');
  await siti.hears(tones.siti);
  await siti.click('more');
  await siti.says('no-picture', /Budi Santoso’s phone cannot show a picture\./);
  assert.equal(await siti.has('camera'), false);
  await siti.page.keyboard.press('Escape');
  await siti.gone('no-picture');
  await siti.page.keyboard.press('v');
  await siti.says('picture-trouble', /Budi Santoso’s phone cannot show a picture\./);

  desk.log = '';
  desk.command('/video_dir sendrecv');
  const answer = /SIP\/2\.0 200 OK\s[^]*?CSeq: \d+ INVITE\s[^]*?(m=audio [1-9]\d* [^]*?m=video 0 )/;
  await until(() => answer.test(desk.log), 20, 'its offer was not answered').catch((error) => {
    throw new Error(`${error.message}\n${desk.log.slice(-3000)}`);
  });
  assert.match(desk.log, /m=video [1-9]\d* RTP\/AVP/, 'it offered no picture');
  // The answer is there; what is played from now on came after it.
  await siti.hears(tones.siti);
  await siti.click('hold');
  await siti.hears(0);
  await siti.click('resume');
  await siti.hears(tones.siti);
  await siti.find('[data-testid="call-state"][data-state="talking"]');
  await siti.click('hang-up');
});

test('a page holds a desk phone and resumes, and sound comes back each time', minute, async () => {
  await startDesk('udp');
  await siti.call('1002');
  await siti.hears(tones.siti);
  for (let round = 0; round < 2; round++) {
    await siti.click('hold');
    await siti.holds('us');
    await siti.hears(0);
    await siti.click('resume');
    await siti.hears(tones.siti);
  }
  await siti.click('hang-up');
});

test('a desk phone calls a page, which answers and is heard', minute, async () => {
  await startDesk('tcp', { speaks: await toneFile(tones.desk, 8000) });
  desk.dial('1001');
  await siti.find('[data-testid="incoming"]');
  await siti.click('answer');
  await siti.hears(tones.desk);
  await siti.says('seal', /Encrypted to the server only.*is on a desk phone/);
  await siti.click('hang-up');
});
