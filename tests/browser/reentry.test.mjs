// A page that is loaded anew in a call comes back into it, with sound, and for the other side it is the same call.
import assert from 'node:assert/strict';
import { after, afterEach, before } from 'node:test';
import { startDering } from '../support/dering.mjs';
import { until } from '../support/jssip_phone.mjs';
import { connect, openChromium, Phone } from '../support/page.mjs';
import { api, signIn } from '../support/sign_in.mjs';
import { witnessedBy } from '../support/witnessed.mjs';

const tones = { siti: 440, budi: 620 };
const minute = { timeout: 120_000 };
let dering, siti, budi, accounts;
const test = witnessedBy(() => ({ dering, phones: { siti, budi } }));

before(async () => {
  dering = await startDering();
  accounts = {
    siti: await dering.addAccount('siti', { extension: '1001', name: 'Siti Rahmawati' }),
    budi: await dering.addAccount('budi', { extension: '1002', name: 'Budi Santoso' }),
  };
  [siti, budi] = await Promise.all(Object.values(tones).map((tone) => openChromium({ tone })));
  await siti.signIn(dering.http, accounts.siti);
  await budi.signIn(dering.http, accounts.budi);
  await siti.sees('1002', 'available', 30);
});
afterEach(async () => {
  await Promise.all([siti, budi].map((phone) => phone.rest()));
  await until(async () => (await dering.status()).calls === 0, 40, 'a call was left behind');
});
after(async () => {
  await Promise.all([siti, budi].map((phone) => phone?.browser.close()));
  await dering?.stop();
});

async function talk() {
  await connect(siti, budi, '1002');
  await bothHear();
}
async function bothHear() {
  await siti.hears(tones.budi, 30);
  await budi.hears(tones.siti, 30);
}
/** The focus is on this act, or within that card. */
const hasFocus = (phone, id) =>
  until(() => phone.evaluate((which) => document.activeElement?.closest(`[data-testid="${which}"]`) !== null, id), 20, `${id} has no focus`);
const isBack = (phone) => phone.find('[data-testid="call-state"][data-stage="connected"]', 30);

test('a page that is loaded anew is back in its call, and both hear each other', minute, async () => {
  await talk();
  const ended = async () => (await budi.has('outcome')) || (await siti.has('outcome'));
  await siti.page.reload();
  await isBack(siti);
  await hasFocus(siti, 'mute');
  await bothHear();
  await siti.click('mute');
  await siti.says('muted', /\S/);
  await budi.page.reload();
  await isBack(budi);
  await budi.hears(0, 30);
  await siti.click('mute');
  await bothHear();
  assert.equal(await ended(), false);
  await siti.click('hang-up');
  await budi.ends('answered');
  const { access_token: token } = await signIn(dering.http, accounts.budi);
  const { body } = await api(dering.http, '/api/v1/calls?limit=5', token);
  assert.equal(body.calls.length, 1, 'it is one call');
  assert.deepEqual(
    body.calls[0].stays.map(({ person, why }) => `${person.extension} ${why}`),
    ['1001 placed', '1002 rung', '1001 went_on', '1002 went_on'],
  );
});

test('who hangs up before the page is back in its call ends it for both at once', minute, async () => {
  await talk();
  await budi.page.addInitScript(() => {
    if (!sessionStorage.getItem('unanswered')) return;
    sessionStorage.removeItem('unanswered');
    navigator.mediaDevices.getUserMedia = () => new Promise(() => {});
  });
  await budi.evaluate(() => sessionStorage.setItem('unanswered', '1'));
  await budi.page.reload();
  await budi.find('[data-testid="call-state"][data-stage="asking"]', 30);
  await budi.ready();
  await budi.click('hang-up');
  const since = performance.now();
  await budi.ends('answered');
  await siti.ends('answered');
  const seconds = (performance.now() - since) / 1000;
  // The server would wait for 25 s.
  assert.ok(seconds < 12, `the other side was told after ${seconds} s`);
  await hasFocus(budi, 'outcome');
  await budi.page.reload();
  await budi.ready();
});

/** A second tab of Budi's browser, which leads as soon as the first is gone. */
async function openBeside() {
  const beside = new Phone(await budi.page.context().newPage(), budi.browser, 'playwright');
  await beside.opens(dering.http);
  await beside.find('[data-testid="elsewhere"][data-contact="there"]');
  return beside;
}

test('another tab takes the call over by a click, and the first one shows it from then on', minute, async () => {
  const beside = await openBeside();
  await talk();
  await beside.find('[data-testid="call-state"][data-stage="connected"]');
  await beside.click('take-over');
  await isBack(beside);
  await siti.hears(tones.budi, 30);
  await beside.hears(tones.siti, 30);
  await budi.find('[data-testid="elsewhere"][data-contact="there"]', 30);
  assert.equal(await budi.has('outcome'), false, 'the first tab says that the call ended');
  await budi.hears(0, 30);
  await budi.click('hang-up');
  await siti.ends('answered');
  await beside.page.close();
  await budi.ready();
});

test('the call goes on in another tab when the one that has it is closed', minute, async () => {
  const beside = await openBeside();
  await talk();
  const since = await siti.text('call-timer');
  await budi.page.close({ runBeforeUnload: false });
  budi = beside;
  await isBack(budi);
  await bothHear();
  assert.equal(await siti.has('outcome'), false);
  assert.ok((await siti.text('call-timer')) >= since);
  await budi.click('hang-up');
  await siti.ends('answered');
});

test('a tab that is closed for good ends its call ten seconds later, and the other side is told why it is silent', minute, async () => {
  await talk();
  const context = budi.page.context();
  const closed = budi;
  await budi.page.close({ runBeforeUnload: false });
  const since = performance.now();
  budi = new Phone(await context.newPage(), closed.browser, 'playwright');
  await siti.find('[data-testid="away"]');
  await siti.ends('lost', 30);
  const seconds = (performance.now() - since) / 1000;
  // A connection that is lost without a word has thirty.
  assert.ok(seconds > 8 && seconds < 24, `it ended after ${seconds} s`);
  // For so long the switchboard would tell the page, if it came back.
  await until(async () => (await dering.status()).calls === 0, 80, 'the call was left behind');
});
