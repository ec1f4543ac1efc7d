// The screen of a call as people see it, on the real server: declining with a message, being told once more when one
// looks away, and the pictures of docs/screens (written there with DERING_WRITE=1, else into build/test/screens).
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { after, afterEach, before } from 'node:test';
import { fileURLToPath } from 'node:url';
import { assertAccessible } from '../support/axe.mjs';
import { startDering } from '../support/dering.mjs';
import { lookAt } from '../support/dresses.mjs';
import { until } from '../support/jssip_phone.mjs';
import { connect, openChromium } from '../support/page.mjs';
import { witnessedBy } from '../support/witnessed.mjs';

const folder = fileURLToPath(new URL(process.env.DERING_WRITE ? '../../docs/screens/' : '../../build/test/screens/', import.meta.url));
const desktop = { width: 1280, height: 800 };
const hand = { width: 390, height: 844 };
const tones = { siti: 440, budi: 620, ayu: 880 };
const minute = { timeout: 300_000 };
const people = [
  ['siti', 'Siti Rahmawati', 'Library'],
  ['budi', 'Budi Santoso', 'Faculty of Engineering'],
  ['ayu', 'Ayu Lestari', 'Student affairs'],
  ['dewi', 'Dewi Kusumaningtyas', 'International office'],
  ['made', 'I Made Wirawan', 'Computing centre'],
  ['rahmat', 'Prof. Dr. Rahmat Hidayat, M.T.', 'Rectorate'],
];
let dering, siti, budi, ayu;
const accounts = {};
const test = witnessedBy(() => ({ dering, phones: { siti, budi, ayu } }));

before(async () => {
  await mkdir(folder, { recursive: true });
  // It rings for as long as one looks at it.
  dering = await startDering({ config: '\n[calls]\nring_seconds = 300\n' });
  for (const [index, [username, name, unit]] of people.entries()) {
    accounts[username] = await dering.addAccount(username, { name, unit, extension: String(1001 + index) });
  }
  [siti, budi, ayu] = await Promise.all(Object.values(tones).map((tone) => openChromium({ tone })));
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

/** Siti calls Budi, who is about to decline with words. */
async function aboutToDecline() {
  await siti.call('1002');
  await budi.find('[data-testid="incoming"]');
  await budi.click('message');
  await budi.find('[data-testid="decline-form"]');
}

test('who declines with a sentence that is ready is quoted to who calls', minute, async () => {
  await aboutToDecline();
  await lookAt(budi, 'call_screen/decline');
  await budi.click('decline-later');
  await siti.says('outcome', /They declined the call.*Budi Santoso declined: “I’ll call you back in a moment\.”/);
  await siti.says('announcer', /I’ll call you back in a moment/);
  await lookAt(siti, 'call_screen/declined');
  await budi.gone('incoming');
});

test('by keys alone, and Escape takes the words back and not the call', minute, async () => {
  await siti.call('1002');
  await budi.find('[data-testid="incoming"]');
  await budi.page.locator('[data-testid="message"]').focus();
  await budi.page.keyboard.press('Enter');
  await budi.find('[data-testid="decline-form"]');
  await budi.page.keyboard.press('Escape');
  await budi.gone('decline-form');
  await budi.says('incoming', /Esc silences/);
  await until(() => budi.evaluate(() => document.activeElement.dataset.testid === 'message'), 12, 'the focus is not back');
  await budi.page.keyboard.press('Enter');
  await budi.find('[data-testid="decline-form"]');
  await budi.page.keyboard.press('Tab');
  await budi.page.keyboard.press('Enter');
  await siti.says('outcome', /declined: “I’m in a meeting\. I’ll call you later\.”/);
});

for (const [what, written, told] of [
  ['markup', '<img src=x onerror="throw 1"> "quoted" \\ & more', '“<img src=x onerror="throw 1"> "quoted" \\ & more”'],
  ['what turns the direction', '\u202Eesrever\u2066 Mari\u0007', '“esrever Mari”'],
  ['10,000 letters', 'é'.repeat(10_000), `“${'é'.repeat(140)}”`],
]) {
  test(`own words are text: ${what}`, minute, async () => {
    await aboutToDecline();
    await budi.page.locator('[data-testid="decline-own"]').fill(written);
    await budi.click('decline-send');
    await siti.find('[data-testid="outcome"][data-outcome="declined"]');
    const text = await siti.text('outcome');
    assert.ok(text.includes(`Budi Santoso declined: ${told}`), text);
    const { clientWidth, scrollWidth } = await siti.page.evaluate(() => document.documentElement);
    assert.equal(scrollWidth, clientWidth, 'the page is wider than its window');
  });
}

test('who looks away while it rings is told then', minute, async () => {
  await budi.evaluate(() => {
    window.__told = [];
    window.Notification = class {
      static permission = 'granted';
      constructor(title) {
        window.__told.push(title);
      }
      addEventListener() {}
      close() {
        window.__told.push('closed');
      }
    };
  });
  await siti.call('1002');
  await budi.find('[data-testid="incoming"]');
  assert.deepEqual(await budi.evaluate(() => window.__told), []);
  const look = (hidden) =>
    budi.evaluate((value) => {
      Object.defineProperty(document, 'hidden', { value, configurable: true });
      document.dispatchEvent(new Event('visibilitychange'));
    }, hidden);
  await look(true);
  await until(async () => (await budi.evaluate(() => window.__told.join())) === 'Siti Rahmawati is calling', 12, 'nobody is told');
  await look(false);
  await until(async () => (await budi.evaluate(() => window.__told.at(-1))) === 'closed', 12, 'the notice stays');
});

// As small as shows all, because the pictures are kept in the repository.
async function picture(phone, name, { size = { width: 1024, height: 680 }, colorScheme = 'light' } = {}) {
  await phone.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
  await phone.page.setViewportSize(size);
  await phone.stillness();
  await assertAccessible(phone.page);
  await phone.page.screenshot({ path: `${folder}${name}.png` });
  await phone.page.setViewportSize(desktop);
  await phone.page.emulateMedia({ colorScheme: 'light', reducedMotion: 'no-preference' });
}

test('pictures of the phone', { timeout: 240_000 }, async () => {
  if (await siti.has('outcome')) await siti.click('outcome-close');
  if (await budi.has('outcome')) await budi.click('outcome-close');
  await siti.click('person-1003');
  await picture(siti, 'people');
  await siti.call('1002');
  await budi.find('[data-testid="incoming"]');
  await picture(budi, 'incoming');
  await picture(budi, 'incoming-phone', { size: hand });
  await budi.click('answer');
  await siti.hears(tones.budi);
  await siti.find('[data-testid="quality"]', 30);
  await siti.click('seal-open');
  await picture(siti, 'call');
  await picture(siti, 'call-dark', { colorScheme: 'dark' });
  await siti.click('seal-open');
  await picture(siti, 'call-phone', { size: hand });
  await siti.click('keypad');
  await picture(siti, 'keypad-phone', { size: hand });
  await siti.click('keypad');
  await siti.click('transfer');
  await siti.find('[data-testid="transfer-dialog"]');
  await picture(siti, 'transfer');
  await siti.page.keyboard.press('Escape');
  await ayu.call('1001');
  await siti.find('[data-testid="waiting"]');
  await picture(siti, 'second-call');
  await siti.click('waiting-decline');
  await siti.click('hang-up');
  await budi.gone('call-bar');
  await siti.click('outcome-close');
  await siti.tab(1);
  await siti.find('[data-testid="recent-filter"]');
  await picture(siti, 'history-dark', { colorScheme: 'dark' });
  await siti.evaluate(() => localStorage.setItem('dering.language', 'id'));
  await siti.page.goto(`${dering.http}/settings/forwarding`);
  await siti.ready();
  await picture(siti, 'settings-indonesian');
  await siti.evaluate(() => localStorage.setItem('dering.language', 'en'));
  const newcomer = await openChromium({ welcomed: false });
  try {
    await newcomer.signIn(dering.http, accounts.dewi);
    await picture(newcomer, 'first-visit');
    await newcomer.page.goto(`${dering.http}/portal/plain.html`);
    await newcomer.find('dering-chat');
    await picture(newcomer, 'portal');
  } finally {
    await newcomer.browser.close();
  }
});

test('nothing broke a page on the way', () => {
  assert.deepEqual([siti, budi, ayu].flatMap(({ faults }) => faults), []);
});
