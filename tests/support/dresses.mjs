// A page as people see it: on a desk and in a hand, light and dark. Each look is a picture and a test that nothing is
// cut off and all can be reached without seeing.
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { assertAccessible } from './axe.mjs';

const desktop = { width: 1280, height: 800 };
const hand = { width: 390, height: 844 };
const dresses = [
  ['desktop', desktop, 'light'],
  ['phone', hand, 'light'],
  ['dark', desktop, 'dark'],
  ['phone-dark', hand, 'dark'],
];

/** `name`: of the pictures in build/test, with a folder: `parking/returned`. It is on a desk and light afterwards. */
export async function lookAt(phone, name) {
  const path = fileURLToPath(new URL(`../../build/test/${name}`, import.meta.url));
  await mkdir(new URL('.', new URL(`../../build/test/${name}`, import.meta.url)), { recursive: true });
  for (const [dress, size, colorScheme] of dresses) {
    await phone.page.emulateMedia({ colorScheme });
    await phone.page.setViewportSize(size);
    await phone.stillness();
    await assertAccessible(phone.page);
    await fits(phone, dress);
    await phone.page.screenshot({ path: `${path}-${dress}.png` });
  }
  await phone.page.emulateMedia({ colorScheme: 'light' });
  await phone.page.setViewportSize(desktop);
}

/** The same on the smallest screen; `id` is what must be within reach there. */
export async function lookAtSmallest(phone, id) {
  await phone.page.setViewportSize({ width: 320, height: 640 });
  await phone.stillness();
  await assertAccessible(phone.page);
  await fits(phone, '320 px');
  const box = await phone.page.locator(`[data-testid="${id}"]`).boundingBox();
  assert.ok(box !== null && box.x >= 0 && box.x + box.width <= 320 && box.y + box.height <= 640, `${id} is out of reach`);
  await phone.page.setViewportSize(desktop);
}

async function fits(phone, dress) {
  const { clientWidth, scrollWidth } = await phone.page.evaluate(() => document.documentElement);
  assert.equal(scrollWidth, clientWidth, `${dress}: something is cut off`);
}
