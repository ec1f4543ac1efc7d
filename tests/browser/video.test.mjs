// Camera and screen inside a running call between two pages, on the real server: what each sees of the other moves,
// whoever turns it on and off; and what becomes of it on hold, at the end, and when the server has to hear the call.
import assert from 'node:assert/strict';
import { after, afterEach, before } from 'node:test';
import { assertAccessible } from '../support/axe.mjs';
import { startDering } from '../support/dering.mjs';
import { lookAt } from '../support/dresses.mjs';
import { until } from '../support/jssip_phone.mjs';
import { openChromium } from '../support/page.mjs';
import { witnessedBy } from '../support/witnessed.mjs';

const tones = { siti: 440, budi: 620, tuti: 880 };
const minute = { timeout: 300_000 };
// A browser on a loaded machine takes its time for the first picture.
const patience = 30;
let dering, siti, budi, tuti;
const test = witnessedBy(() => ({ dering, phones: { siti, budi, tuti } }));

before(async () => {
  dering = await startDering();
  const accounts = {
    siti: await dering.addAccount('siti', { extension: '1001', name: 'Siti Rahmawati' }),
    budi: await dering.addAccount('budi', { extension: '1002', name: 'Budi Santoso' }),
    tuti: await dering.addAccount('tuti', { extension: '1003', name: 'Tuti Lestari' }),
  };
  const permissions = ['microphone', 'camera', 'notifications'];
  [siti, budi, tuti] = await Promise.all(Object.values(tones).map((tone) => openChromium({ tone, permissions })));
  await Promise.all([
    [siti, accounts.siti],
    [budi, accounts.budi],
    [tuti, accounts.tuti],
  ].map(([phone, account]) => phone.signIn(dering.http, account)));
});
afterEach(async () => {
  for (const phone of [siti, budi, tuti]) await phone?.rest();
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
async function choose(phone, item) {
  await phone.click('more');
  await phone.click(item);
}
/** The frames that were drawn so far of what the other side, or this one, shows. */
const framesOf = (phone, id) =>
  phone.evaluate((selector) => {
    const video = document.querySelector(selector);
    return video?.videoWidth > 0 ? video.getVideoPlaybackQuality().totalVideoFrames : 0;
  }, `[data-testid="${id}"]`);

/** The picture is there and moves. */
async function moves(phone, id = 'their-picture') {
  let first = 0;
  await until(async () => (first = await framesOf(phone, id)) > 0, patience, `${id} is not seen`);
  await until(async () => (await framesOf(phone, id)) > first + 5, patience, `${id} stands still`);
}
/** Whether any camera or screen is still open in that browser. */
const isFilming = (phone) => phone.evaluate(() => window.__filming?.some((track) => track.readyState === 'live') ?? false);

/** From here on the page remembers what it films. */
const remember = (phone) =>
  phone.evaluate(() => {
    window.__filming = [];
    for (const name of ['getUserMedia', 'getDisplayMedia']) {
      const open = navigator.mediaDevices[name].bind(navigator.mediaDevices);
      navigator.mediaDevices[name] = async (wanted) => {
        const stream = await open(wanted);
        window.__filming.push(...stream.getVideoTracks());
        return stream;
      };
    }
  });

test('one shows a camera to the other, whose own stays off, and turns it off again', minute, async () => {
  await remember(siti);
  await talk();
  await choose(siti, 'camera');
  await moves(budi);
  await moves(siti, 'own-picture');
  await budi.says('announcer', /Siti Rahmawati has their camera on/);
  await budi.says('seal', /End-to-end encrypted/);
  assert.equal(await budi.has('own-picture'), false);
  await assertAccessible(budi.page);
  await assertAccessible(siti.page);
  await budi.hears(tones.siti);
  await siti.click('hide-picture');
  await budi.gone('stage', patience);
  await siti.gone('stage', patience);
  assert.equal(await isFilming(siti), false, 'the camera is still on');
  await siti.hears(tones.budi);
});

test('both at the same time, and each sees the other on hold and after it', minute, async () => {
  await talk();
  await Promise.all([choose(siti, 'camera'), choose(budi, 'camera')]);
  await Promise.all([moves(siti), moves(budi)]);
  await lookAt(siti, 'video/both', ['hide-picture']);
  await siti.click('hold');
  await budi.says('held-by', /Siti Rahmawati put you on hold/);
  for (const phone of [siti, budi]) await phone.gone('stage', patience);
  await siti.click('resume');
  await Promise.all([moves(siti), moves(budi)]);
  await budi.click('hide-picture');
  await siti.gone('their-picture', patience);
  await moves(budi);
});

test('a screen is told from a camera, and the end of the call turns it off', minute, async () => {
  await remember(siti);
  await talk();
  await choose(siti, 'screen');
  await moves(budi);
  await budi.says('their-picture-note', /Siti Rahmawati is sharing their screen/);
  await budi.click('hang-up');
  await siti.find('[data-testid="outcome"]');
  await until(async () => !(await isFilming(siti)), patience, 'the screen is still shared');
});

test('whoever is sent on to somebody by the server loses the picture, in words, and not the sound', minute, async () => {
  await talk();
  await choose(budi, 'camera');
  await moves(siti);
  await siti.click('transfer');
  await siti.type('[data-testid="transfer-search"]', 'tuti');
  await siti.page.keyboard.press('Enter');
  await siti.click('transfer-now');
  await tuti.click('answer');
  await tuti.hears(tones.budi);
  await budi.hears(tones.tuti);
  await budi.says('picture-trouble', /Your picture was turned off/, patience);
  assert.equal(await budi.has('stage'), false);
  await budi.click('more');
  await budi.find('[data-testid="park"]');
  assert.equal(await budi.has('camera'), false, 'a picture is offered where nobody can see it');
});

test('a camera that the browser does not give is told, and the call goes on', minute, async () => {
  await talk();
  await siti.evaluate(() => {
    navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', 'NotAllowedError'));
  });
  await siti.page.keyboard.press('v');
  await siti.says('picture-trouble', /does not allow the camera/);
  await siti.hears(tones.budi);
  await budi.hears(tones.siti);
});
