// A page as people see it: on a desk and in a hand, light and dark, on the smallest screen, and at twice its size for
// eyes that want that. Each look is a picture and a test that nothing is cut off or covered and all can be reached
// without seeing.
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { assertAccessible } from './axe.mjs';
import { crampedIn } from './cramped.mjs';

const desktop = { width: 1280, height: 800 };
const hand = { width: 390, height: 844 };
// 1.4.10 of WCAG 2.2 (reflow) and, at twice the size, 1.4.4: a window of 1280 × 800 at 200 %.
const smallest = { width: 320, height: 640 };
const enlarged = { width: 640, height: 400, scale: 2 };
const dresses = [
  ['desktop', desktop, 'light'],
  ['phone', hand, 'light'],
  ['smallest', smallest, 'light'],
  ['enlarged', enlarged, 'light'],
  ['phone-dark', hand, 'dark'],
  ['dark', desktop, 'dark'],
];

/**
 * `name`: of the pictures in build/test, with a folder: `parking/returned`. It is on a desk and light afterwards.
 * `within`: test ids of what must be seen on every screen without scrolling.
 */
export async function lookAt(phone, name, within = []) {
  const path = fileURLToPath(new URL(`../../build/test/${name}`, import.meta.url));
  await mkdir(new URL('.', new URL(`../../build/test/${name}`, import.meta.url)), { recursive: true });
  for (const [dress, size, colorScheme] of dresses) {
    await phone.page.emulateMedia({ colorScheme });
    await phone.page.setViewportSize({ width: size.width, height: size.height });
    const lens = size.scale === undefined ? null : await enlarge(phone.page, size);
    await phone.stillness();
    await (lens ?? phone.page).screenshot({ path: `${path}-${dress}.png` });
    // In the dark all is where it was in the light: the colours are others.
    await assertAccessible(phone.page, colorScheme === 'dark' ? ['color-contrast'] : undefined);
    assert.deepEqual(await phone.evaluate(crampedIn, within), [], `${name}, ${dress}`);
    await lens?.detach();
  }
  await phone.page.emulateMedia({ colorScheme: 'light' });
  await phone.page.setViewportSize(desktop);
}

/** The page has more pixels for each of its own, which the driver cannot give to one that is open, nor take pictures of. */
async function enlarge(page, { width, height, scale }) {
  const session = await page.context().newCDPSession(page);
  await session.send('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: scale, mobile: false });
  return {
    screenshot: async ({ path }) => writeFile(path, (await session.send('Page.captureScreenshot')).data, 'base64'),
    detach: () => session.detach(),
  };
}
