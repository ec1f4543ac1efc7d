// What somebody does who sees the phone for the first time, with mouse and words: how many acts each task takes, counted
// by the page's own events. How long it took is told and never judged.
import assert from 'node:assert/strict';
import { after, afterEach, before } from 'node:test';
import { startDering } from '../support/dering.mjs';
import { until } from '../support/jssip_phone.mjs';
import { openChromium } from '../support/page.mjs';
import { witnessedBy } from '../support/witnessed.mjs';

/** The most acts that a task may take: a click, a key, a word that is typed; a choice in a list is two. */
const most = {
  'call a colleague': 2,
  'put a caller through to a name': 4,
  'see who called meanwhile, and call back': 1,
  'forward my calls to a colleague': 5,
  'speak with another microphone': 4,
};
const minute = { timeout: 120_000 };
const people = { siti: ['Siti Rahmawati', 440], budi: ['Budi Santoso', 620], ayu: ['Ayu Wulandari', 880] };
let dering;
const phones = {};
const test = witnessedBy(() => ({ dering, phones }));

before(async () => {
  dering = await startDering();
  for (const [index, [username, [name, tone]]] of Object.entries(people).entries()) {
    const account = await dering.addAccount(username, { name, extension: String(1001 + index) });
    phones[username] = await openChromium({ tone });
    await phones[username].page.addInitScript(countActs);
    await phones[username].signIn(dering.http, account);
  }
});
afterEach(async () => {
  for (const phone of Object.values(phones)) {
    await phone.rest();
    if (await phone.has('outcome')) await phone.click('outcome-close');
  }
  await until(async () => (await dering.status()).calls === 0, 40, 'a call was left behind');
});
after(async () => {
  await Promise.all(Object.values(phones).map((phone) => phone.browser.close()));
  await dering?.stop();
});

/** Runs in the page. Only what a hand did counts; letters in a row in one field are one word. */
function countActs() {
  window.__acts = [];
  let written = null;
  const add = (act) => window.__acts.push(act);
  const nameOf = ({ target }) => target.closest?.('[data-testid]')?.dataset.testid ?? target.tagName;
  const heard = (kind, work) => addEventListener(kind, (event) => work(event), { capture: true });
  heard('click', (event) => {
    // One that a key made is counted as that key.
    if (event.isTrusted && event.detail > 0) add(`click ${nameOf(event)}`);
    written = null;
  });
  heard('keydown', (event) => {
    if (!event.isTrusted) return;
    if (event.key.length > 1) add(`key ${event.key}`);
    else if (written !== event.target) add(`word in ${nameOf(event)}`);
    written = event.key.length > 1 ? null : event.target;
  });
  // A list of the system's own sends no clicks: one opens it, one chooses.
  heard('change', (event) => {
    if (event.target.tagName === 'SELECT') window.__acts.push(`open ${nameOf(event)}`, `choose in ${nameOf(event)}`);
  });
}

/** Does a task; it may take no more acts than its name allows, and must take one that was counted. */
async function task(t, phone, name, work) {
  await phone.evaluate(() => (window.__acts.length = 0));
  const begun = performance.now();
  await work();
  const acts = await phone.evaluate(() => window.__acts);
  t.diagnostic(`${name}: ${acts.length} acts in ${Math.round(performance.now() - begun)} ms: ${acts.join(', ')}`);
  assert.ok(acts.length > 0 && acts.length <= most[name], `${name} took ${acts.length} acts, ${most[name]} at most: ${acts.join(', ')}`);
}

test('a newcomer calls a colleague', minute, async (t) => {
  const { siti, budi } = phones;
  await task(t, siti, 'call a colleague', async () => {
    await siti.click('person-1002');
    await siti.click('call');
    await budi.says('incoming', /Siti Rahmawati/);
  });
});

test('a newcomer puts a caller through to a name', minute, async (t) => {
  const { siti, budi, ayu } = phones;
  await siti.call('1002');
  await budi.click('answer');
  await siti.hears(people.budi[1]);
  await task(t, budi, 'put a caller through to a name', async () => {
    await budi.click('transfer');
    // The field has the focus already.
    await budi.find('[data-testid="transfer-search"]:focus');
    await budi.page.keyboard.type('ayu');
    await budi.click('transfer-to-1003');
    await budi.click('transfer-now');
    await ayu.says('incoming', /Siti Rahmawati/);
  });
  await ayu.click('answer');
  await ayu.hears(people.siti[1]);
});

test('a newcomer sees who called meanwhile, and calls back', minute, async (t) => {
  const { siti, ayu } = phones;
  await ayu.call('1001');
  await siti.find('[data-testid="incoming"]');
  await ayu.click('hang-up');
  await siti.gone('incoming');
  await task(t, siti, 'see who called meanwhile, and call back', async () => {
    await siti.says('missed', /Ayu Wulandari/);
    await siti.click('call-back-1003');
    await ayu.says('incoming', /Siti Rahmawati/);
  });
});

test('a newcomer forwards calls to a colleague', minute, async (t) => {
  const { siti, budi, ayu } = phones;
  await task(t, budi, 'forward my calls to a colleague', async () => {
    await budi.click('account');
    await budi.click('open-forwarding');
    await budi.type('[data-testid="target-always"]', 'ayu');
    await budi.page.keyboard.press('Enter');
    await budi.says('forwarding', /Your calls go to Ayu Wulandari\./);
  });
  await siti.call('1002');
  await ayu.says('incoming-sent', /For Budi Santoso/);
});

test('a newcomer speaks with another microphone', minute, async (t) => {
  const { siti } = phones;
  await task(t, siti, 'speak with another microphone', async () => {
    await siti.click('account');
    await siti.click('open-sound');
    const select = siti.page.locator('[data-testid="choose-microphone"]');
    const label = 'Fake Audio Input 2';
    await until(async () => (await select.locator('option').allTextContents()).includes(label), 12, `no "${label}"`);
    await select.selectOption({ label });
    await siti.find('[data-testid="level"]');
  });
});
