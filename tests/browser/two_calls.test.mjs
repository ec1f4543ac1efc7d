// Hold, call waiting and swapping between real pages with real sound: who hears whom, and who does not.
import assert from 'node:assert/strict';
import { after, afterEach, before } from 'node:test';
import { startDering } from '../support/dering.mjs';
import { until } from '../support/jssip_phone.mjs';
import { connect, openChromium } from '../support/page.mjs';
import { api, signIn } from '../support/sign_in.mjs';
import { witnessedBy } from '../support/witnessed.mjs';

const tones = { siti: 440, budi: 620, ayu: 880 };
const minute = { timeout: 90_000 };
let dering, siti, budi, ayu, accounts;
const test = witnessedBy(() => ({ dering, phones: { siti, budi, ayu } }));

before(async () => {
  dering = await startDering();
  accounts = {
    siti: await dering.addAccount('siti', { extension: '1001', name: 'Siti Rahmawati' }),
    budi: await dering.addAccount('budi', { extension: '1002', name: 'Budi Santoso' }),
    ayu: await dering.addAccount('ayu', { extension: '1003', name: 'Ayu Lestari' }),
  };
  [siti, budi, ayu] = await Promise.all(Object.values(tones).map((tone) => openChromium({ tone })));
  await siti.signIn(dering.http, accounts.siti);
  await budi.signIn(dering.http, accounts.budi);
  await ayu.signIn(dering.http, accounts.ayu);
  await budi.sees('1001', 'available', 30);
  await budi.sees('1003', 'available', 30);
});
afterEach(async () => {
  await Promise.all([siti, budi, ayu].map((phone) => phone.rest()));
  await until(async () => (await dering.status()).calls === 0, 40, 'a call was left behind');
});
after(async () => {
  await Promise.all([siti, budi, ayu].map((phone) => phone?.browser.close()));
  await dering?.stop();
});

/** What the history of a person says of their last call. */
async function lastOutcome(account) {
  const { access_token: token } = await signIn(dering.http, account);
  const { body } = await api(dering.http, '/api/v1/calls?limit=1', token);
  return body.calls[0]?.outcome;
}

async function talk(one, other, extension, [hers, his]) {
  await connect(one, other, extension);
  await one.hears(his);
  await other.hears(hers);
}
/** Budi talks to Siti, and Ayu calls him. */
async function interrupt() {
  await talk(siti, budi, '1002', [tones.siti, tones.budi]);
  await ayu.call('1002');
  await budi.find('[data-testid="waiting"]');
}

for (const way of ['the button', 'the key H']) {
  test(`hold by ${way} silences both, and resuming brings the sound back, again and again`, minute, async () => {
    const toggle = () => (way === 'the button' ? siti.click('hold') : siti.page.keyboard.press('h'));
    await talk(siti, budi, '1002', [tones.siti, tones.budi]);
    for (let round = 0; round < 3; round++) {
      await toggle();
      await siti.holds('us');
      await Promise.all([siti.hears(0), budi.hears(0)]);
      await toggle();
      await siti.holds('nobody');
      await Promise.all([siti.hears(tones.budi), budi.hears(tones.siti)]);
    }
  });
}

test('who changes their mind faster than the network ends up with what they wished last', minute, async () => {
  await talk(siti, budi, '1002', [tones.siti, tones.budi]);
  for (let round = 0; round < 4; round++) await siti.page.keyboard.press('h');
  await siti.holds('nobody');
  await Promise.all([siti.hears(tones.budi), budi.hears(tones.siti)]);
  for (let round = 0; round < 3; round++) await siti.page.keyboard.press('h');
  await siti.holds('us');
  await Promise.all([siti.hears(0), budi.hears(0)]);
});

test('who was muted before the hold is muted after it', minute, async () => {
  await talk(siti, budi, '1002', [tones.siti, tones.budi]);
  await siti.click('mute');
  await budi.hears(0);
  await siti.click('hold');
  await siti.click('hold');
  await siti.hears(tones.budi);
  await budi.hears(0);
  await siti.click('mute');
  await budi.hears(tones.siti);
});

test('hold outlives the loss of the connection to the server, and resuming brings the sound back', minute, async () => {
  await talk(siti, budi, '1002', [tones.siti, tones.budi]);
  await siti.page.context().setOffline(true);
  await siti.find('[data-testid="link"][data-link="lost"]');
  await siti.click('hold');
  await Promise.all([siti.hears(0), budi.hears(0)]);
  await siti.page.context().setOffline(false);
  await siti.ready();
  await siti.holds('us');
  await siti.click('resume');
  await Promise.all([siti.hears(tones.budi), budi.hears(tones.siti)]);
});

/** The page's connection breaks as it makes its next offer, which the server gets or not. */
const breakWithOffer = (phone, isSaid) =>
  phone.evaluate((said) => {
    const { send } = WebSocket.prototype;
    WebSocket.prototype.send = function (data) {
      const isOffer = /^INVITE /.test(data);
      if (isOffer) WebSocket.prototype.send = send;
      if (said || !isOffer) send.call(this, data);
      if (isOffer) this.close();
    };
  }, isSaid);

for (const [what, isSaid] of [['the word', false], ['its answer', true]]) {
  test(`hold outlives a connection that takes ${what} with it, and the other side is told on the next one`, minute, async () => {
    await talk(siti, budi, '1002', [tones.siti, tones.budi]);
    await breakWithOffer(siti, isSaid);
    await siti.click('hold');
    await siti.holds('us');
    await budi.holds('them', 30);
    await Promise.all([siti.hears(0), budi.hears(0)]);
    await siti.click('resume');
    await Promise.all([siti.hears(tones.budi), budi.hears(tones.siti)]);
    await budi.holds('nobody');
  });
}

test('a second call waits with a gentle tone; answering holds the first; swapping and ending leave one voice', minute, async () => {
  await interrupt();
  await budi.plays(-60);
  await budi.hears(tones.siti);
  await siti.hears(tones.budi);
  await budi.click('waiting-answer');
  await budi.hears(tones.ayu);
  await ayu.hears(tones.budi);
  await siti.hears(0);
  await budi.playsNothing();

  await budi.click('swap');
  await budi.hears(tones.siti);
  await siti.hears(tones.budi);
  await ayu.hears(0);
  await budi.page.keyboard.press('s');
  await budi.hears(tones.ayu);
  await siti.hears(0);

  // Who is left stays on hold until Budi goes on with her.
  await ayu.click('hang-up');
  await budi.ends('answered');
  await budi.holds('us');
  await budi.hears(0);
  await budi.click('resume');
  await budi.hears(tones.siti);
  await siti.hears(tones.budi);
});

test('a second call can be declined, and the first goes on', minute, async () => {
  await interrupt();
  await budi.click('waiting-decline');
  await ayu.ends('declined');
  await budi.gone('waiting');
  await budi.hears(tones.siti);
  await siti.hears(tones.budi);
  assert.equal(await budi.has('outcome'), false);
});

test('who gives up waiting was missed, and the talk goes on', minute, async () => {
  await interrupt();
  await ayu.click('hang-up');
  await budi.ends('missed');
  await budi.gone('waiting');
  await budi.hears(tones.siti);
  await until(async () => (await lastOutcome(accounts.budi)) === 'cancelled', 10, 'the history does not say so');
});

test('a waiting call rings on by itself when the first one ends', minute, async () => {
  await interrupt();
  await siti.click('hang-up');
  await budi.find('[data-testid="incoming"]');
  await budi.click('answer');
  await budi.hears(tones.ayu);
  await ayu.hears(tones.budi);
});

test('calling somebody else holds the first, who is there again when nobody answers', minute, async () => {
  await talk(siti, budi, '1002', [tones.siti, tones.budi]);
  await budi.call('1003');
  await ayu.find('[data-testid="incoming"]');
  await Promise.all([siti.hears(0), budi.hears(0)]);
  await ayu.click('decline');
  await budi.ends('declined');
  await budi.click('resume');
  await Promise.all([siti.hears(tones.budi), budi.hears(tones.siti)]);
});

test('whoever is answered on one device stops ringing on the other, quietly, and has missed nothing', minute, async () => {
  const second = await openChromium({ tone: 1000 });
  try {
    await second.signIn(dering.http, accounts.budi);
    await siti.call('1002');
    await second.find('[data-testid="incoming"]');
    await budi.click('answer');
    await second.ends('answered_elsewhere');
    await second.gone('incoming');
    await second.playsNothing();
    await second.find('[data-testid="outcome"][data-calm="true"]');
    assert.deepEqual(second.faults, []);
  } finally {
    await second.browser.close();
  }
});

test('nothing broke a page on the way', () => {
  assert.deepEqual([siti, budi, ayu].flatMap(({ faults }) => faults), []);
});
