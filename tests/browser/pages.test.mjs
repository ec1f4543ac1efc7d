// Every page of the phone, in each dress: nothing that WCAG 2.2 AA forbids, nothing that is cut off,
// and a picture in build/test/screenshots to look at.
import assert from 'node:assert/strict';
import { mkdir, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { after, before, describe } from 'node:test';
import { assertAccessible } from '../support/axe.mjs';
import { startDering } from '../support/dering.mjs';
import { openChromium } from '../support/page.mjs';
import { witnessedBy } from '../support/witnessed.mjs';

const pictures = fileURLToPath(new URL('../../build/test/screenshots/', import.meta.url));
const desktop = { width: 1280, height: 800 };
const hand = { width: 390, height: 844 };
const dresses = {
  light: { viewport: desktop, colorScheme: 'light' },
  dark: { viewport: desktop, colorScheme: 'dark' },
  phone: { viewport: hand, colorScheme: 'light', isMobile: true, hasTouch: true, deviceScaleFactor: 2 },
  indonesian: { viewport: desktop, colorScheme: 'light', locale: 'id-ID' },
};
const people = [
  ['siti', 'Siti Rahmawati', 'Library'],
  ['budi', 'Budi Santoso', 'Faculty of Engineering'],
  ['ayu', 'Ayu Lestari', 'Student affairs'],
  ['dewi', 'Dewi Kusumaningtyas', 'International office and partnerships'],
  ['made', 'I Made Wirawan', ''],
  ['rahmat', 'Rahmat Hidayat', 'Computing centre'],
];

let dering, budi;
const accounts = {};

before(async () => {
  await rm(pictures, { recursive: true, force: true });
  await mkdir(pictures, { recursive: true });
  dering = await startDering();
  for (const [index, [username, name, unit]] of people.entries()) {
    accounts[username] = await dering.addAccount(username, { name, unit, extension: String(1001 + index) });
  }
  budi = await openChromium();
  await budi.signIn(dering.http, accounts.budi);
});
after(async () => {
  await budi?.browser.close();
  await dering?.stop();
});

// The way through the phone: each step leads from the page before it to its own.
const way = [
  ['signed-out', async (siti) => {
    await siti.page.goto(dering.http);
    await siti.find('[data-testid="sign-in"]');
  }],
  ['sign-in', async (siti) => {
    await siti.click('sign-in');
    await siti.find('input[name="username"]');
  }],
  ['sign-in-wrong-password', async (siti) => {
    await siti.type('input[name="username"]', 'siti');
    await siti.type('input[name="password"]', 'not this one');
    await siti.page.keyboard.press('Enter');
    await siti.find('[role="alert"]');
  }],
  ['first-visit', async (siti) => {
    await siti.type('input[name="password"]', accounts.siti.password);
    await siti.page.keyboard.press('Enter');
    await siti.find('[data-testid="first-visit"]');
    await siti.ready();
  }],
  ['people', async (siti) => {
    await siti.click('welcome-done');
    await siti.sees('1002', 'available');
  }],
  ['person', async (siti) => {
    await siti.click('person-1002');
    await siti.find('[data-testid="call"]');
  }],
  ['calling', async (siti) => {
    await siti.click('call');
    await budi.find('[data-testid="incoming"]');
    await siti.find('[data-testid="call-state"][data-stage="ringing"]');
  }],
  ['declined', async (siti) => {
    await budi.click('decline');
    await siti.find('[data-testid="outcome"]');
  }],
  ['incoming', async (siti) => {
    await budi.call('1001');
    await siti.find('[data-testid="incoming"]');
  }],
  ['call', async (siti) => {
    await siti.click('answer');
    await siti.says('seal-words', /\S/);
  }],
  ['call-muted-keypad', async (siti) => {
    await siti.click('mute');
    await siti.click('keypad');
    await siti.click('key-5');
    await siti.page.mouse.move(0, 0);
  }],
  ['call-ended', async (siti) => {
    await budi.click('hang-up');
    await siti.find('[data-testid="outcome"]');
  }],
  ['echo', async (siti) => {
    if (await siti.page.isVisible('[data-testid="back"]')) await siti.click('back');
    await siti.dial('*43');
    await siti.find('[data-testid="call-state"][data-state="talking"]');
    await siti.find('[data-testid="seal"]');
  }],
  ['recent', async (siti) => {
    await siti.click('hang-up');
    await siti.click('outcome-close');
    await siti.tab(1);
    await siti.find('[data-testid="recent"]');
  }],
  ['recent-details', async (siti) => {
    await siti.page.locator('[data-testid="details"]').last().click();
    await siti.says('story', /\S/);
  }],
  ['keypad', async (siti) => {
    await siti.tab(2);
    for (const key of ['1', '0', '0']) await siti.click(`key-${key}`);
  }],
  ['search', async (siti) => {
    await siti.type('[data-testid="search"]', 'zz');
    await siti.page.mouse.move(0, 0);
  }],
  ['menu', async (siti) => {
    await siti.click('account');
    await siti.find('[data-testid="sign-out"]');
  }],
  ['signed-out-again', async (siti) => {
    await siti.click('sign-out');
    await siti.gone('link');
  }],
];

for (const [dress, context] of Object.entries(dresses)) {
  describe(dress, () => {
    const phones = {};
    const test = witnessedBy(() => ({ dering, phones: { ...phones, budi } }));
    before(async () => {
      phones.siti = await openChromium({ welcomed: false, ...context });
    });
    after(() => phones.siti?.browser.close());

    for (const [index, [name, step]] of way.entries()) {
      test(`${dress}: ${name}`, { timeout: 60_000 }, async () => {
        const { siti } = phones;
        await step(siti);
        const number = String(index + 1).padStart(2, '0');
        await look(siti, `${dress}-${number}-${name}`);
        await assertAccessible(siti.page);
        // Indonesian words are longer: they must fit the narrow page too.
        if (dress === 'indonesian') {
          await siti.page.setViewportSize(hand);
          await look(siti, `${dress}-phone-${number}-${name}`);
          await siti.page.setViewportSize(desktop);
        }
        assert.deepEqual(siti.faults, []);
      });
    }
  });
}

async function look(phone, name) {
  await phone.stillness();
  await phone.page.screenshot({ path: `${pictures}${name}.png` });
  await assertNothingCut(phone.page);
}

/** The page is as wide as the window, and no control lies outside of it. */
async function assertNothingCut(page) {
  const cut = await page.evaluate(() => {
    const { clientWidth, scrollWidth } = document.documentElement;
    const outside = [...document.querySelectorAll('button, input, a')].filter((element) => {
      const { left, right, width } = element.getBoundingClientRect();
      return width > 0 && (left < -1 || right > clientWidth + 1);
    });
    return [...(scrollWidth > clientWidth ? [`${scrollWidth} of ${clientWidth} px`] : []), ...outside.map((element) => element.outerHTML.slice(0, 120))];
  });
  assert.deepEqual(cut, []);
}
