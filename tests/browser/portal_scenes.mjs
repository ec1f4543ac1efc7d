// The phone in a portal, in any browser: one window, one registration, and a portal that can call and is told. 127.0.0.1
// is another site than localhost, so all that the two share are messages.
import assert from 'node:assert/strict';
import { after, afterEach, before } from 'node:test';
import { startDering } from '../support/dering.mjs';
import { until } from '../support/jssip_phone.mjs';
import { Phone } from '../support/page.mjs';
import { startPortal } from '../support/portal.mjs';
import { signIn } from '../support/sign_in.mjs';
import { witnessedBy } from '../support/witnessed.mjs';

const minute = { timeout: 120_000 };

/** A click on the portal's page that opens the phone's window; gives the window. */
export async function windowOf(portal, selector) {
  const opened = new Promise((resolve, reject) => {
    portal.page.once('popup', resolve);
    setTimeout(reject, 30_000, new Error('no window opened')).unref();
  });
  await portal.page.click(selector);
  return new Phone(await opened, portal.browser, portal.driver);
}
export const statusOf = (portal) => portal.evaluate(() => window.Dering?.status());
export const heard = (portal, kind) => portal.evaluate((wanted) => window.heard.filter((each) => each.kind === wanted), kind);
const badge = (portal) => portal.evaluate(() => document.querySelector('dering-chat').shadowRoot.querySelector('button').getAttribute('aria-label'));
const windows = async ({ page, browser, driver }) => (driver === 'playwright' ? page.context().pages() : await browser.pages()).length;

/** As a link leads there: what is typed into the address line leaves all windows behind, in Chromium. */
async function goTo(portal, url) {
  await portal.evaluate((address) => location.assign(address), url);
  await until(async () => (await portal.evaluate(() => document.readyState === 'complete' && location.href).catch(() => '')) === url, 20, `${url} is not loaded`);
}

/** The person types the password where the phone asks for it. */
export async function signInAt(phone, { username, password }) {
  await phone.click('sign-in', 30);
  await phone.type('input[name="username"]', username);
  await phone.type('input[name="password"]', password);
  await phone.page.keyboard.press('Enter');
  await phone.ready();
}

/** `open` opens a browser; `openOther` that of who is called; `media` are addresses of the engine. */
export function portalScenes(open, openOther, media = ['127.0.0.1']) {
  let dering, portal, framed, sameSite, stranger, handing, handedOver, siti, window, budi;
  const accounts = {};
  const test = witnessedBy(() => ({ dering, phones: { siti, window, budi } }));
  const bindings = async () => (await dering.status()).bindings;
  const budiAnswers = async () => {
    await budi.click('answer', 20);
    for (const phone of [window, budi]) await phone.find('[data-testid="call-state"][data-state="talking"]', 20);
  };

  // Three calls at once and then one in five seconds: a page that asks for more is refused (docs/portal.md, "flood").
  let [left, since] = [3, Date.now()];
  const gain = () => {
    left = Math.min(3, left + (Date.now() - since) / 5000);
    since = Date.now();
  };
  /** Before the portal's page asks for a call: once that is no flood. */
  const mayCall = async () => {
    gain();
    if (left < 1) await new Promise((resolve) => setTimeout(resolve, (1 - left) * 5000 + 200));
    gain();
    left -= 1;
  };

  before(async () => {
    portal = await startPortal(() => dering.http);
    framed = await startPortal(() => dering.http, { frame: true });
    sameSite = await startPortal(() => dering.http, { frame: true, host: 'localhost' });
    stranger = await startPortal(() => dering.http);
    handing = await startPortal(() => dering.http, { token: () => handedOver });
    dering = await startDering({ media, config: `[web]\nembed_origins = ${JSON.stringify([portal, framed, sameSite, handing].map(({ origin }) => origin))}\n` });
    accounts.siti = await dering.addAccount('siti', { extension: '1001', name: 'Siti Rahmawati' });
    accounts.budi = await dering.addAccount('budi', { extension: '1002', name: 'Budi Santoso' });
    siti = await open();
    budi = await openOther();
    await budi.signIn(dering.http, accounts.budi);
  });
  afterEach(async () => {
    for (const phone of [window, budi]) await phone?.rest();
    await until(async () => (await dering.status()).calls === 0, 40, 'a call was left behind');
  });
  after(async () => {
    await siti?.browser.close();
    await budi?.browser.close();
    await dering?.stop();
    for (const each of [portal, framed, sameSite, stranger, handing]) await each?.stop();
  });

  test('one click on "Chat" opens the phone, whose page learns how it is; a second shows the same window', minute, async () => {
    await siti.page.goto(`${portal.origin}/a`);
    window = await windowOf(siti, '#chat');
    await signInAt(window, accounts.siti);
    await until(async () => (await statusOf(siti)).link === 'ready', 20, 'the portal is not told');
    await window.evaluate(() => (globalThis.isTheSame = true));
    const before = await windows(siti);
    await siti.page.click('#chat');
    await siti.page.click('#chat');
    assert.equal(await windows(siti), before);
    assert.equal(await window.evaluate(() => globalThis.isTheSame), true);
    assert.equal(await bindings(), 2);
    const fields = await fetch(`${dering.http}/embed.js`).then(({ headers }) => headers);
    // A phone that isolated itself would have no opener, and be found by nobody.
    assert.equal(fields.get('cross-origin-opener-policy'), null);
    assert.equal(fields.get('access-control-allow-origin'), '*');
  });

  test('the portal is left for another of its pages in a call: the call goes on, and its icon finds the same window', minute, async () => {
    await mayCall();
    await siti.page.click('#tel');
    await budiAnswers();
    await until(async () => (await heard(siti, 'talking')).length === 1, 20, 'the portal does not hear of the call');
    const [call] = await heard(siti, 'talking');
    assert.deepEqual([call.number, call.name, call.direction], ['1002', 'Budi Santoso', 'out']);
    const before = await windows(siti);
    await siti.page.click('#to-b');
    await siti.find('#to-a');
    // Before the window has said that it is there, and after.
    await siti.page.click('#chat');
    await until(async () => (await statusOf(siti))?.call?.state === 'talking', 20, 'the next page is not told of the call');
    await siti.page.click('#chat');
    await siti.page.reload();
    await until(async () => (await statusOf(siti))?.call?.state === 'talking', 20, 'the page is not told after a reload');
    await siti.page.click('#chat');
    assert.equal(await windows(siti), before, 'there is another window');
    assert.equal(await window.evaluate(() => globalThis.isTheSame), true, 'the phone was loaded again');
    assert.equal((await dering.status()).calls, 1);
    assert.equal(await bindings(), 2);
    await budi.click('hang-up');
    await until(async () => (await heard(siti, 'ended')).length === 1, 20, 'the portal does not hear of the end');
  });

  test('numbers on the page call: tel:, sip: and data-dering-call, by a click or by Enter; so do its scripts', minute, async () => {
    for (const id of ['sip', 'data', 'guide']) {
      await window.rest();
      await until(async () => (await statusOf(siti)).call === null, 20, 'the call before is not over');
      await mayCall();
      // Firefox's driver presses no button by a key in a window that is not in front, and in front is the phone's now.
      if (id !== 'sip') await siti.page.click(`#${id}`);
      else {
        await siti.page.focus(`#${id}`);
        await siti.page.keyboard.press('Enter');
      }
      await budi.find('[data-testid="incoming"]', 20);
      await window.click('hang-up');
      await budi.gone('incoming');
    }
    await siti.page.click('#letters');
    await until(async () => (await heard(siti, 'refused')).some(({ reason, words }) => reason === 'number' && words !== ''), 10, 'letters are not refused in words');
    assert.equal((await dering.status()).calls, 0);
  });

  test('who calls is told, and a missed call stands on the icon until it was seen', minute, async () => {
    await until(async () => (await budi.presence('1001')) === 'available', 20, 'siti is not available');
    await budi.call('1001');
    await window.find('[data-testid="incoming"]', 20);
    await until(async () => (await heard(siti, 'ringing')).some(({ name }) => name === 'Budi Santoso'), 10, 'the portal does not hear the ringing');
    await budi.click('hang-up');
    await until(async () => (await badge(siti)) === 'Chat, 1 missed call', 20, 'the icon has no badge');
    await window.click('missed-close');
    await until(async () => (await badge(siti)) === 'Chat', 20, 'the badge stays');
  });

  test('the sidebar in React that the guide shows: its icon, its links, and what it tells', minute, async () => {
    await goTo(siti, `${portal.origin}/react`);
    const told = () => siti.evaluate(() => document.querySelector('[role="status"]')?.textContent ?? '');
    await until(async () => (await statusOf(siti))?.link === 'ready', 20, 'the sidebar does not find the window');
    const before = await windows(siti);
    await siti.page.click('dering-chat');
    await mayCall();
    await siti.page.click('a[href="tel:1002"]');
    await budiAnswers();
    assert.equal(await windows(siti), before, 'there is another window');
    await siti.page.click('[data-dering-call="1003"]');
    await until(async () => (await told()).length > 10, 20, 'a second call is not refused in words');
    await budi.click('hang-up');
    await until(async () => (await statusOf(siti)).call === null, 20, 'the call is not over');
    await budi.call('1001');
    await until(async () => (await told()) === '☎ Budi Santoso', 20, 'the sidebar does not say who calls');
    await budi.click('hang-up');
    await window.click('missed-close');
    await goTo(siti, `${portal.origin}/a`);
    await until(async () => (await statusOf(siti))?.link === 'ready', 20, 'the portal has lost the window');
  });

  test('a page that is not in the list can do nothing with the phone', minute, async () => {
    await goTo(siti, `${stranger.origin}/a`);
    await until(async () => (await heard(siti, 'refused')).some(({ reason, words }) => reason === 'origin' && /embed_origins/.test(words)), 20, 'it is not told why');
    await siti.page.click('#tel');
    await new Promise((resolve) => setTimeout(resolve, 3000));
    assert.equal((await statusOf(siti)).link, 'signedOut');
    assert.equal((await dering.status()).calls, 0);
    await goTo(siti, `${portal.origin}/a`);
    await until(async () => (await statusOf(siti))?.link === 'ready', 20, 'the portal has lost the window');
  });

  const frameIn = async (page) => {
    const frame = page.frames().find((each) => each.parentFrame() !== null && each.url().startsWith(dering.http));
    assert.ok(frame, 'there is no frame');
    return frame;
  };

  test('a frame in a page of another site is a remote control of the window: it registers nothing', minute, async () => {
    await goTo(siti, `${framed.origin}/a`);
    const frame = await frameIn(siti.page);
    await frame.waitForSelector('[data-testid="remote"][data-contact="there"][data-link="ready"]', { timeout: 30_000 });
    assert.equal(await bindings(), 2);
    const before = await windows(siti);
    await mayCall();
    await frame.click('[data-testid="remote-show"]');
    await (await frame.waitForSelector('[data-testid="remote-number"]')).type('1002');
    await frame.click('[data-testid="remote-dial"]');
    await budiAnswers();
    await frame.waitForSelector('[data-testid="remote-call"][data-state="talking"]', { timeout: 20_000 });
    assert.equal(await bindings(), 2);
    // The frame goes away with its page; the call is the window's.
    await goTo(siti, `${framed.origin}/b`);
    const next = await frameIn(siti.page);
    await next.waitForSelector('[data-testid="remote-call"][data-state="talking"]', { timeout: 30_000 });
    await next.click('[data-testid="remote-hang-up"]');
    await budi.gone('call-bar');
    assert.equal(await windows(siti), before, 'there is another window');
    assert.equal(await window.evaluate(() => globalThis.isTheSame), true);
  });

  test('a frame in a page of the same site is one of the tabs: signed in without a password, and no second phone', minute, async () => {
    await goTo(siti, `${sameSite.origin}/a`);
    const frame = await frameIn(siti.page);
    const before = await windows(siti);
    await frame.waitForSelector('[data-testid="elsewhere"][data-contact="there"]', { timeout: 30_000 });
    assert.equal(await bindings(), 2);
    await (await frame.waitForSelector('[data-testid="person-1002"]', { timeout: 20_000 })).click();
    await (await frame.waitForSelector('[data-testid="call"]', { timeout: 20_000 })).click();
    await budiAnswers();
    await frame.waitForSelector('[data-testid="call-state"][data-state="talking"]', { timeout: 20_000 });
    await (await frame.waitForSelector('[data-testid="hang-up"]', { timeout: 20_000 })).click();
    await budi.gone('call-bar');
    await siti.page.click('#chat');
    assert.equal(await windows(siti), before, 'there is another window');
    assert.equal(await window.evaluate(() => globalThis.isTheSame), true, 'the phone was loaded again');
    assert.equal(await bindings(), 2);
  });

  test('the example portals show the icon, and call with the phone of their own server', minute, async () => {
    await goTo(siti, `${dering.http}/portal/plain.html`);
    assert.equal(await badge(siti), 'Chat');
    await goTo(siti, `${dering.http}/portal/`);
    await siti.find('a[href="tel:1002"]', 20);
    await until(async () => (await statusOf(siti))?.link === 'ready', 20, 'the example does not find the window');
    await mayCall();
    await siti.page.click('a[href="tel:1002"]');
    await budiAnswers();
    await siti.says('news', /^Berbicara dengan Budi Santoso$/, 20);
    await window.click('hang-up');
    await siti.says('news', /^$/, 20);
  });

  test('a portal that hands its token over: the phone asks nobody for a password, also after a reload', minute, async () => {
    const other = await open();
    try {
      handedOver = (await signIn(dering.http, accounts.siti)).access_token;
      await other.page.goto(`${handing.origin}/a`);
      const opened = await windowOf(other, '#chat');
      await opened.ready();
      await opened.page.reload();
      await opened.ready();
      await opened.says('account', /^SR$/);
      // A token that the server does not take: the person signs in as ever, and the portal's people are told why.
      handedOver = (await signIn(dering.http, accounts.siti)).id_token;
      await opened.page.reload();
      await opened.find('[data-testid="sign-in"]', 20);
      await until(async () => (await heard(other, 'refused')).some(({ reason }) => reason === 'token'), 12, 'the portal is not told');
    } finally {
      await other.browser.close();
    }
  });

  test('nothing broke a page on the way', () => {
    // Firefox tells of a cookie that it did not take, which is how a frame learns where it is; and of a word to a page
    // that was left a moment before, which must not reach the next one.
    const told = /dering\.same-site|target origin provided/;
    const errors = [siti, window, budi]
      .flatMap((phone) => [...phone.faults, ...phone.lines.filter((line) => line.startsWith('error'))])
      .filter((line) => !told.test(line));
    assert.deepEqual(errors, []);
  });
}
