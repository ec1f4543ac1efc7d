// The addresses of the page, what the person goes to and comes back to; and its tabs, which are one telephone.
// Real server, Chromium.
import assert from 'node:assert/strict';
import { after, afterEach, before } from 'node:test';
import { startDering } from '../support/dering.mjs';
import { until } from '../support/jssip_phone.mjs';
import { assertAccessible } from '../support/axe.mjs';
import { connect, openChromium, Phone } from '../support/page.mjs';
import { witnessedBy } from '../support/witnessed.mjs';

const minute = { timeout: 90_000 };
let dering, accounts, siti, budi, beside;
// Who opened an event stream, and when: one for each browser.
const streams = [];
const test = witnessedBy(() => ({ dering, phones: { siti, budi, beside } }));

before(async () => {
  dering = await startDering();
  accounts = {
    siti: await dering.addAccount('siti', { extension: '1001', name: 'Siti Rahmawati', unit: 'Rektorat' }),
    budi: await dering.addAccount('budi', { extension: '1002', name: 'Budi Santoso', unit: 'Teknik' }),
  };
  [siti, budi] = await Promise.all([440, 620].map((tone) => openChromium({ tone })));
  // A link to somebody, opened by who is not signed in.
  await siti.signIn(`${dering.http}/c/1002`, accounts.siti);
  await budi.signIn(dering.http, accounts.budi);
  budi.page.context().on('request', (request) => {
    if (request.url().endsWith('/api/v1/events')) streams.push(request.frame().page());
  });
});
afterEach(async () => {
  for (const phone of [siti, budi]) await phone?.rest();
  await until(async () => (await dering.status()).calls === 0, 40, 'a call was left behind');
});
after(async () => {
  await Promise.all([siti, budi].map((phone) => phone?.browser.close()));
  await dering?.stop();
});

const isAt = (phone, path) =>
  until(async () => (await phone.evaluate(() => location.pathname)) === path, 12, `not at ${path}`);
const says = (phone, title) =>
  until(async () => (await phone.evaluate(() => document.title)) === title, 12, `the title is not ${title}`);

test('a link leads to the person, through the sign-in and after a reload', minute, async () => {
  await isAt(siti, '/c/1002');
  await siti.says('person-page', /Budi Santoso/);
  await says(siti, 'Budi Santoso · Dering');
  await siti.page.reload();
  await siti.ready();
  await siti.says('person-page', /Budi Santoso/);
});

test('Back and Forward lead through what was seen, and the heading has the focus', minute, async () => {
  await siti.tab(1);
  await isAt(siti, '/recent');
  await siti.tab(2);
  await isAt(siti, '/keypad');
  await says(siti, 'Keypad · Dering');
  await siti.page.goto(`${dering.http}/settings/devices`);
  await siti.find('[data-testid="devices-page"]');
  await siti.ready();
  await siti.page.goBack();
  await isAt(siti, '/keypad');
  await siti.ready();
  await siti.page.goBack();
  await isAt(siti, '/recent');
  await siti.page.goBack();
  await isAt(siti, '/c/1002');
  await until(() => siti.evaluate(() => document.activeElement?.id === 'person-name'), 12, 'the heading has no focus');
  await siti.page.goForward();
  await isAt(siti, '/recent');
});

test('Back in a call leads to the page before it, and the call goes on', minute, async () => {
  await siti.tab(0);
  await connect(siti, budi, '1002');
  await isAt(siti, '/call');
  await siti.hears(620);
  await siti.page.goBack();
  await isAt(siti, '/c/1002');
  await siti.find('[data-testid="person-page"]');
  await siti.find('[data-testid="call-bar"]');
  await siti.hears(620);
  await siti.page.goForward();
  await isAt(siti, '/call');
  await siti.find('[data-testid="call-page"]');
  await siti.click('hang-up');
  await budi.gone('call-bar');
});

test('on a small screen Back leads from the call to the lists, and the call goes on', minute, async () => {
  await siti.page.setViewportSize({ width: 390, height: 800 });
  await siti.page.goto(dering.http);
  await siti.ready();
  await budi.call('1001');
  await siti.click('answer');
  await isAt(siti, '/call');
  await siti.find('[data-testid="call-page"]');
  await siti.page.goBack();
  await isAt(siti, '/');
  await siti.find('[data-testid="person-1002"]');
  await siti.find('[data-testid="call-bar"] [data-stage="connected"]');
  await siti.click('hang-up');
  await siti.page.setViewportSize({ width: 1280, height: 800 });
});

const contact = (phone, state, seconds = 12) => phone.find(`[data-testid="elsewhere"][data-contact="${state}"]`, seconds);
const hasFocus = (phone, id) => until(() => phone.evaluate((which) => document.activeElement?.dataset.testid === which, id), 12, `${id} has no focus`);
const callInVain = async () => {
  await siti.call('1002');
  await beside.find('[data-testid="incoming"]');
  await siti.click('hang-up');
  await beside.gone('incoming');
};

test('a second tab is the same telephone: it shows, answers and hangs up what is in the first', minute, async () => {
  beside = new Phone(await budi.page.context().newPage(), budi.browser, 'playwright');
  await beside.opens(dering.http);
  await contact(beside, 'there');
  await beside.says('elsewhere', /The sound is in another tab/);
  await beside.sees('1001', 'available');
  await assertAccessible(beside.page);
  await until(async () => (await dering.status()).bindings === 2, 12, 'not as many telephones as people');
  assert.deepEqual(streams, []);

  await siti.tab(0);
  await siti.call('1002');
  await beside.click('answer');
  await beside.find('[data-testid="call-state"][data-stage="connected"]');
  await hasFocus(beside, 'mute');
  // The sound is in the tab that leads, and counted from the same moment.
  await siti.hears(620);
  await budi.hears(440);
  await beside.hears(0);
  await beside.says('call-timer', /0:0[1-9]|0:[1-9]\d/);
  const seconds = async (phone) => Number((await phone.text('call-timer')).split(':')[1]);
  // Looked at one after the other, for which a loaded machine takes its time.
  const [first, between, last] = [await seconds(budi), await seconds(beside), await seconds(budi)];
  assert.ok(first - 2 <= between && between <= last + 2, `${first}, ${between}, ${last}`);
  await beside.click('mute');
  await budi.find('[data-testid="mute"][aria-pressed="true"]');
  await beside.click('hold');
  await siti.holds('them');
  await assertAccessible(beside.page);
  await beside.click('hang-up');
  await siti.gone('call-bar');
  await budi.gone('call-bar');
  await beside.says('outcome-title', /./);
});

test('a second tab calls by the first', minute, async () => {
  await beside.call('1001');
  await siti.click('answer');
  await beside.find('[data-testid="call-state"][data-stage="connected"]');
  await budi.find('[data-testid="call-bar"]');
  await siti.hears(620);
  await siti.click('hang-up');
  await beside.gone('call-bar');
});

test('what was missed is told in title and icon of both tabs, and gone from both', minute, async () => {
  await callInVain();
  const tells = (phone, pattern, icon) =>
    until(
      async () =>
        pattern.test(await phone.evaluate(() => document.title)) &&
        (await phone.evaluate(() => document.querySelector('link[rel="icon"]').href)).endsWith(icon),
      12,
      `does not tell ${pattern}`,
    );
  for (const phone of [budi, beside]) await tells(phone, /^\(1\)/, '/icon-missed.svg');
  await beside.page.bringToFront();
  await beside.tab(1);
  for (const phone of [budi, beside]) await tells(phone, /^(?!\()/, '/icon.svg');
  assert.deepEqual(streams, []);
});

test('a tab that stands still is told within ten seconds, and the other one can take over', minute, async () => {
  await beside.page.bringToFront();
  const hand = await budi.page.context().newCDPSession(budi.page);
  await hand.send('Debugger.enable');
  await hand.send('Debugger.pause');
  await contact(beside, 'silent');
  await beside.says('elsewhere', /does not answer/);
  await beside.click('take-over');
  await beside.ready();
  await beside.gone('elsewhere');
  await hasFocus(beside, 'search');
  await hand.send('Debugger.disable');
  // Who led before mirrors now.
  await budi.page.bringToFront();
  await contact(budi, 'there');
  await until(async () => (await dering.status()).bindings === 2, 20, 'there are not two registrations');
  await siti.tab(0);
  await connect(siti, beside, '1002');
  await budi.find('[data-testid="call-bar"]');
  await budi.click('hang-up');
  await siti.gone('call-bar');
});

test('when the tab with the telephone is closed the other one has it', minute, async () => {
  await beside.page.close();
  await budi.gone('elsewhere', 20);
  await budi.ready();
  await until(async () => (await dering.status()).bindings === 2, 20, 'there are not two registrations');
  beside = undefined;
});

test('a browser that lets no tabs agree is told so', minute, async () => {
  const page = await budi.page.context().newPage();
  const alone = new Phone(page, budi.browser, 'playwright');
  try {
    await page.addInitScript(() => {
      const refuse = () => Promise.reject(new DOMException('The operation is insecure.', 'SecurityError'));
      Object.defineProperty(navigator, 'locks', { value: { query: refuse, request: refuse } });
    });
    await page.goto(dering.http);
    await page.getByRole('heading', { name: 'does not let the phone work here' }).waitFor();
    await assertAccessible(page);
  } finally {
    await page.close();
  }
});

test('who signs out in one tab is signed out in all, and the next one asks for the password', minute, async () => {
  const other = new Phone(await budi.page.context().newPage(), budi.browser, 'playwright');
  try {
    await other.opens(dering.http);
    await other.click('account');
    await other.click('sign-out');
    await other.find('[data-testid="sign-in"]');
    await budi.find('[data-testid="sign-in"]');
    await until(async () => (await dering.status()).bindings === 1, 20, 'somebody who signed out is registered');
    await other.click('sign-in');
    await other.find('input[name="password"]');
  } finally {
    await other.page.close();
  }
});

test('nothing broke the page on the way', () => {
  for (const phone of [siti, budi]) assert.deepEqual(phone.faults, []);
});
