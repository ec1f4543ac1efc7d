// What people do all day, on the real server: by keys alone, with one thumb, many times over. The focus is never lost,
// nothing moves or is cut off, a call is not lost by a slip, and the page does not grow. Pictures in build/test/everyday.
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { after, afterEach, before } from 'node:test';
import { fileURLToPath } from 'node:url';
import { assertAccessible } from '../support/axe.mjs';
import { startDering } from '../support/dering.mjs';
import { until } from '../support/jssip_phone.mjs';
import { connect, openChromium } from '../support/page.mjs';
import { witnessedBy } from '../support/witnessed.mjs';

const pictures = fileURLToPath(new URL('../../build/test/everyday/', import.meta.url));
const desktop = { width: 1280, height: 800 };
const tones = { siti: 440, budi: 620 };
const minute = { timeout: 90_000 };
let dering, siti, budi, accounts;
const test = witnessedBy(() => ({ dering, phones: { siti, budi } }));

before(async () => {
  await mkdir(pictures, { recursive: true });
  dering = await startDering();
  accounts = {
    siti: await dering.addAccount('siti', { extension: '1001', name: 'Prof. Dr. Siti Rahmawati, M.T., Ph.D.', unit: 'Rektorat' }),
    budi: await dering.addAccount('budi', { extension: '1002', name: 'Budi Santoso', unit: 'Teknik' }),
  };
  [siti, budi] = await Promise.all(Object.values(tones).map((tone) => openChromium({ tone })));
  await siti.signIn(dering.http, accounts.siti);
  await budi.signIn(dering.http, accounts.budi);
});
afterEach(async () => {
  for (const phone of [siti, budi]) {
    await phone.page.setViewportSize(desktop);
    await phone.rest();
  }
  await until(async () => (await dering.status()).calls === 0, 40, 'a call was left behind');
});
after(async () => {
  await Promise.all([siti, budi].map((phone) => phone?.browser.close()));
  await dering?.stop();
});

const focusOf = (phone) => phone.evaluate(() => document.activeElement.dataset.testid ?? document.activeElement.tagName);
async function focusIs(phone, id) {
  let last;
  await until(async () => (last = await focusOf(phone)) === id, 12, `the focus is not at ${id}`).catch((error) => {
    throw new Error(`${error.message}, but at ${last}`);
  });
}
const press = (phone, keys) => phone.page.keyboard.press(keys);
const boxOf = (phone, id) => phone.page.locator(`[data-testid="${id}"]`).boundingBox();

test('by keys alone: find, call, answer, hang up, and the focus is always where the next act is', minute, async () => {
  await focusIs(siti, 'search');
  await press(siti, 'Control+k');
  await siti.page.keyboard.type('budi');
  await press(siti, 'Enter');
  await budi.find('[data-testid="incoming"]');
  await focusIs(budi, 'answer');
  await siti.page.locator('[data-testid="search"]').blur();
  await press(budi, 'Enter');
  await budi.hears(tones.siti);
  await focusIs(budi, 'mute');
  await press(budi, 'Control+Shift+L');
  await siti.gone('call-bar');
  await focusIs(budi, 'outcome-close');
  await press(budi, 'Enter');
  await budi.gone('outcome');
  await focusIs(budi, 'search');
  await siti.click('outcome-close');
  await focusIs(siti, 'search');
});

test('from the page of a person: to the button that gives up', minute, async () => {
  await siti.call('1002');
  await focusIs(siti, 'hang-up');
  await press(siti, 'Enter');
  await focusIs(siti, 'outcome-close');
  await press(siti, 'Enter');
  await budi.gone('incoming');
});

test('who types is not disturbed, and answers or declines with two more fingers', minute, async () => {
  await budi.page.locator('[data-testid="search"]').click();
  await budi.page.keyboard.type('si');
  await siti.call('1002');
  await budi.find('[data-testid="incoming"]');
  await focusIs(budi, 'search');
  await budi.page.keyboard.type('ti');
  assert.equal(await budi.page.locator('[data-testid="search"]').inputValue(), 'siti');
  await press(budi, 'Control+Shift+D');
  await siti.ends('declined');
  await siti.click('call-again');
  await budi.find('[data-testid="incoming"]');
  await press(budi, 'Control+Shift+A');
  await siti.hears(tones.budi);
  await siti.click('hang-up');
  await budi.gone('call-bar');
  await budi.page.locator('[data-testid="search"]').fill('');
});

test('a reload or Back in a call asks first, and the call goes on', minute, async () => {
  await connect(siti, budi, '1002');
  const asked = new Promise((resolve) => {
    siti.page.once('dialog', async (dialog) => {
      await dialog.dismiss();
      resolve(dialog.type());
    });
  });
  await siti.evaluate(() => void setTimeout(() => location.reload()));
  assert.equal(await asked, 'beforeunload');
  await siti.hears(tones.budi);
  await siti.click('hang-up');
  await budi.gone('call-bar');
  await siti.page.reload();
  await siti.ready();
});

test('muting moves nothing', minute, async () => {
  await connect(siti, budi, '1002');
  await siti.says('seal', /End-to-end encrypted/);
  await siti.stillness();
  const before = await boxOf(siti, 'seal');
  await siti.click('mute');
  await siti.says('muted', /\S/);
  assert.deepEqual(await boxOf(siti, 'seal'), before);
  await siti.says('sound-words', /You speak while muted/);
  assert.deepEqual(await boxOf(siti, 'seal'), before, 'words about the sound push the page down');
});

test('one click on a person shows, and no number of clicks calls', minute, async () => {
  await siti.page.locator('[data-testid="person-1002"]').dblclick();
  await siti.find('[data-testid="person-page"]');
  await new Promise((resolve) => setTimeout(resolve, 500));
  assert.equal(await siti.has('call-bar'), false);
  assert.match(await budi.text('person-1001'), /^SR/, 'the initials are those of the name, not of the titles');
});

async function fits(phone, name) {
  await phone.stillness();
  const { clientWidth, scrollWidth } = await phone.page.evaluate(() => document.documentElement);
  assert.equal(scrollWidth, clientWidth, `${name}: something is cut off`);
  const cut = await phone.page.evaluate(() =>
    [...document.querySelectorAll('button, h1, h2, input')]
      .filter((each) => each.checkVisibility() && !each.closest('.visually-hidden'))
      .map((each) => [each.dataset.testid ?? each.textContent, each.getBoundingClientRect()])
      .filter(([, { left, right, width }]) => width > 0 && (left < -1 || right > innerWidth + 1))
      .map(([what]) => what)
      .concat(
        [...document.querySelectorAll('.mantine-Button-label')]
          .filter((label) => getComputedStyle(label).fontSize !== '0px' && label.scrollWidth > label.clientWidth + 1)
          .map((label) => `the words ${label.textContent}`),
      ),
  );
  assert.deepEqual(cut, [], `${name}: cut off`);
  await assertAccessible(phone.page);
  await phone.page.screenshot({ path: `${pictures}${name}.png` });
}

test('on the smallest screen nothing is cut off, and all of the phone is there in a call', minute, async () => {
  const small = { width: 320, height: 640 };
  await budi.page.setViewportSize(small);
  if (await budi.has('outcome')) await budi.click('outcome-close');
  await fits(budi, 'small-people');
  await budi.tab(1);
  await fits(budi, 'small-recent');
  await budi.tab(2);
  await fits(budi, 'small-keypad');
  await budi.tab(0);
  await siti.call('1002');
  await budi.find('[data-testid="incoming"]');
  await fits(budi, 'small-incoming');
  await budi.click('silence');
  await budi.says('incoming', /Silenced/);
  await fits(budi, 'small-silenced');
  await budi.click('answer');
  await budi.hears(tones.siti);
  await budi.click('seal-open');
  await budi.find('[data-testid="seal-words"]');
  await fits(budi, 'small-sealed');
  await budi.click('seal-open');
  await fits(budi, 'small-call');
  // The lists stay reachable, and the call with its buttons below them.
  await budi.click('back');
  await budi.find('[data-testid="person-1001"]');
  await budi.find('[data-testid="hang-up"]');
  await fits(budi, 'small-list-in-call');
  await budi.click('show-call');
  await budi.find('[data-testid="call-page"]');
  await budi.click('keypad');
  await budi.find('[data-testid="key-1"]');
  await fits(budi, 'small-call-keypad');
  await siti.click('hang-up');
  await budi.find('[data-testid="outcome"]');
  await fits(budi, 'small-outcome');
  await budi.click('back');
});

test('the form of the sign-in speaks the language of the page', minute, async () => {
  const other = await openChromium();
  try {
    await other.page.goto(dering.http);
    await other.find('[data-testid="sign-in"]');
    await other.evaluate(() => localStorage.setItem('dering.language', 'id'));
    await other.page.reload();
    await other.click('sign-in');
    await other.find('input[name="password"]');
    assert.equal(await other.evaluate(() => document.documentElement.lang), 'id');
  } finally {
    await other.browser.close();
  }
});

test('twenty calls leave nothing behind in the page', { timeout: 240_000 }, async () => {
  const session = await siti.page.context().newCDPSession(siti.page);
  await session.send('Performance.enable');
  const measure = async () => {
    await session.send('HeapProfiler.collectGarbage');
    const { metrics } = await session.send('Performance.getMetrics');
    return metrics.find(({ name }) => name === 'JSEventListeners').value;
  };
  // No handle of an element is taken: each would keep its part of the page.
  const once = async () => {
    await siti.call('1002');
    await budi.click('answer');
    await siti.says('call-state', /Connected/);
    await siti.click('hang-up');
    await budi.gone('call-bar');
    await siti.click('outcome-close');
  };
  // What is loaded with the first calls stays, and the tests' own memory of the last ones fills up.
  for (let call = 0; call < 7; ++call) await once();
  const before = await measure();
  for (let call = 0; call < 20; ++call) await once();
  let last;
  // JsSIP keeps what it sent last for 32 s, in case that is asked for again.
  await until(async () => (last = await measure()) - before <= 5, 60, 'listeners are left').catch((error) => {
    throw new Error(`${error.message}: ${before} before, ${last} after twenty calls`);
  });
});

test('nothing broke a page on the way', () => {
  assert.deepEqual([siti, budi].flatMap(({ faults }) => faults), []);
});
