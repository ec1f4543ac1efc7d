// SPDX-License-Identifier: Apache-2.0
// Draws states of the page into pictures, and asks axe-core about each.
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { startMock } from './mock.mjs';

const [folder = 'pictures', ...wanted] = process.argv.slice(2);
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const desktop = { width: 1280, height: 800 };
const handset = { width: 390, height: 844 };

const browser = await chromium.launch({
  executablePath: process.env.DERING_CHROMIUM ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--use-fake-ui-for-media-stream',
    '--use-fake-device-for-media-stream',
    '--autoplay-policy=no-user-gesture-required',
    '--disable-background-networking',
    '--proxy-server=direct://',
  ],
});
mkdirSync(folder, { recursive: true });
let faults = 0;
const fault = (name, text) => {
  faults++;
  process.stderr.write(`${name}: ${text}\n`);
};

/** One state, drawn as each of the given readers sees it. */
export async function show(
  name,
  { mock: settings = {}, steps, readers = ['desktop'], at = 'origin' },
) {
  if (wanted.length > 0 && !wanted.includes(name)) return;
  for (const reader of readers) {
    const mock = await startMock(settings);
    const [place, scheme = 'light', language = 'en'] = reader.split(' ');
    const context = await browser.newContext({
      viewport: place === 'handset' ? handset : desktop,
      colorScheme: scheme,
      locale: language === 'id' ? 'id-ID' : 'en-GB',
      permissions: ['microphone', 'notifications', 'clipboard-write'],
    });
    await context.addInitScript(() => localStorage.setItem('dering.welcomed', '1'));
    const page = await context.newPage();
    page.on('pageerror', (error) => fault(name, error));
    page.on('console', (message) => {
      if (
        /Content Security Policy/i.test(message.text()) &&
        !/frame-ancestors 'self'/.test(message.text())
      )
        fault(name, message.text());
    });
    try {
      await page.goto(mock[at]);
      await steps({ page, mock, context, see: seer(page) });
      await judge(name, page);
    } catch (error) {
      fault(name, error);
    }
    await page.screenshot({ path: join(folder, `${name}-${reader.replaceAll(' ', '-')}.png`) });
    await context.close();
    mock.stop();
  }
  process.stdout.write(`${name}\n`);
}

export const seer = (page) => (id) => page.getByTestId(id).first().waitFor({ timeout: 60_000 });

async function judge(name, page) {
  for (const frame of page.frames()) {
    // Scripts of ours run beside the page's policy, not under it.
    await frame.evaluate(axe);
    const { violations } = await frame.evaluate(() => globalThis.axe.run({ iframes: false }));
    for (const { id, nodes } of violations) {
      fault(name, `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`);
    }
  }
}

export async function signIn(page, name = 'budi') {
  await page.getByTestId('sign-in').click();
  await page.locator(`#${name}`).click();
  await page.locator('[data-testid="link"][data-link="ready"]').waitFor({ timeout: 60_000 });
}
export async function menu(page, entry) {
  await page.getByTestId('account').click();
  await page.getByTestId(entry).click();
}

export async function finish() {
  await browser.close();
  process.stdout.write(`${faults} faults\n`);
  process.exit(faults > 0 ? 1 : 0);
}

/** Somebody signs in elsewhere. */
export async function somebody(mock, name) {
  const other = await browser.newContext({ permissions: ['microphone'] });
  await other.addInitScript(() => localStorage.setItem('dering.welcomed', '1'));
  const page = await other.newPage();
  await page.goto(mock.origin);
  await signIn(page, name);
  return page;
}

/** A second person is talking to the first. */
export async function talk(page, mock) {
  const siti = await somebody(mock, 'siti');
  await page.getByTestId('person-1002').click();
  await page.getByTestId('call').click();
  await siti.getByTestId('answer').click();
  await page.locator('[data-testid="call-state"][data-stage="connected"]').waitFor();
  return siti;
}

/** And a third calls the first. */
export async function interrupt(page, mock) {
  const agus = await somebody(mock, 'agus');
  await agus.getByTestId('person-1001').click();
  await agus.getByTestId('call').click();
  await page.getByTestId('waiting').waitFor();
  return agus;
}

export async function addPhone(page, name) {
  await page.getByTestId('add-device').click();
  await page.getByTestId('device-name').fill(name);
  await page.getByTestId('create-device').click();
}

export function seedDevices(mock, count = 3) {
  const names = ['Reading room', 'Reception', 'Softphone on the laptop'];
  const devices = Array.from({ length: count }, (_, i) => ({
    id: String(i + 1),
    name: names[i] ?? `Room ${i}`,
    username: `1001-k3${i}tq`,
    algorithm: i === 1 ? 'MD5' : 'SHA-256',
    renew: i === 1,
    created_at: 1_795_000_000 + i * 86_400,
    ...(i === 2 ? {} : { registered: i === 0 }),
  }));
  mock.control.api.devices.set('1001', devices);
}

/** A desk phone with a wrong password, and somebody who tries the person's name elsewhere. */
export function seedRefusals(mock, extension = '1001') {
  const at = Math.floor(Date.now() / 1000) - 185;
  const [device] = mock.control.api.devices.get(extension) ?? [];
  const refusal = { transport: 'udp', what: 'register', reason: 'wrong_password', extension };
  mock.control.api.refusals.set(extension, [
    {
      ...refusal,
      id: '9',
      first_at: at - 600,
      at,
      count: 41,
      source: '192.0.2.7',
      name: device?.username ?? '',
      device: device?.name ?? '',
    },
    {
      ...refusal,
      id: '8',
      first_at: at - 9_000,
      at: at - 9_000,
      count: 1,
      source: '2001:db8::5',
      name: 'budi',
      device: '',
      what: 'sign_in',
      transport: 'https',
    },
  ]);
}
