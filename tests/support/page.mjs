// What a person does on the phone's page, in both kinds of driver (playwright-core for Chromium,
// puppeteer-core for Firefox), by the names that a screen reader would read or by test ids.
import assert from 'node:assert/strict';
import { chromium } from 'playwright-core';
import puppeteer from 'puppeteer-core';
import { listenIn } from './listen.mjs';
import { toneFile } from './tone.mjs';
import { until } from './jssip_phone.mjs';

const chromiumPath = process.env.DERING_CHROMIUM ?? '/usr/bin/chromium';
const firefoxPath = process.env.DERING_FIREFOX ?? '/usr/bin/firefox-esr';

export async function openChromium({ tone, executablePath = chromiumPath, viewport, locale = 'en-US', colorScheme } = {}) {
  const browser = await chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--use-fake-ui-for-media-stream',
      '--use-fake-device-for-media-stream',
      ...(tone ? [`--use-file-for-fake-audio-capture=${await toneFile(tone)}`] : []),
      '--autoplay-policy=no-user-gesture-required',
      '--allow-loopback-in-peer-connection',
      '--disable-background-networking',
      '--disable-features=WebRtcHideLocalIpsWithMdns',
      '--proxy-server=direct://',
    ],
  });
  const context = await browser.newContext({ ignoreHTTPSErrors: true, locale, viewport, colorScheme, permissions: ['microphone', 'notifications'] });
  await context.addInitScript(listenIn);
  await context.addInitScript(() => localStorage.setItem('dering.welcomed', '1'));
  const page = await context.newPage();
  return new Phone(page, browser, 'playwright');
}

export async function openFirefox({ tone, executablePath = firefoxPath } = {}) {
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath,
    headless: true,
    acceptInsecureCerts: true,
    extraPrefsFirefox: {
      'media.navigator.streams.fake': true,
      'media.navigator.permission.disabled': true,
      'media.peerconnection.ice.loopback': true,
      'media.peerconnection.ice.obfuscate_host_addresses': false,
      'media.autoplay.default': 0,
      'intl.accept_languages': 'en-US',
      'network.proxy.type': 0,
    },
  });
  const page = await browser.newPage();
  await page.evaluateOnNewDocument(listenIn, tone ?? 0);
  await page.evaluateOnNewDocument(() => localStorage.setItem('dering.welcomed', '1'));
  return new Phone(page, browser, 'puppeteer');
}

const testId = (id) => `[data-testid="${id}"]`;

export class Phone {
  constructor(page, browser, driver) {
    Object.assign(this, { page, browser, driver });
    this.faults = [];
    page.on('pageerror', (error) => this.faults.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error' && /Content Security Policy/i.test(message.text())) this.faults.push(message.text());
    });
  }

  find(selector, seconds = 8) {
    return this.page.waitForSelector(selector, this.driver === 'playwright' ? { timeout: seconds * 1000 } : { visible: true, timeout: seconds * 1000 });
  }
  async click(id, seconds) {
    await (await this.find(testId(id), seconds)).click();
  }
  async type(selector, text) {
    const field = await this.find(selector);
    await field.click();
    await this.page.keyboard.type(text);
  }
  async has(id) {
    return (await this.page.$(testId(id))) !== null;
  }
  /** Text of an element; empty when it is not there. */
  text(id) {
    return this.page.evaluate((selector) => document.querySelector(selector)?.textContent ?? '', testId(id));
  }
  async says(id, pattern, seconds = 8) {
    let last = '';
    await until(async () => pattern.test((last = await this.text(id))), seconds, `${id} does not say ${pattern}`).catch((error) => {
      throw new Error(`${error.message}; it says "${last}"`);
    });
  }
  /** The word of the card that tells how a call ended: "busy", "declined", … */
  async ends(outcome, seconds = 8) {
    await this.find(`[data-testid="outcome"][data-outcome="${outcome}"]`, seconds);
  }
  async gone(id, seconds = 8) {
    await until(async () => !(await this.has(id)), seconds, `${id} is still there`);
  }

  async signIn(origin, { username, password }) {
    await this.page.goto(origin);
    await this.click('sign-in');
    await this.type('input[name="username"]', username);
    await this.type('input[name="password"]', password);
    await this.page.keyboard.press('Enter');
    await this.ready();
  }
  async ready() {
    await this.find('[data-testid="link"][data-link="ready"]', 15);
  }

  presence(extension) {
    return this.page.evaluate((selector) => document.querySelector(selector)?.dataset.presence, `${testId(`person-${extension}`)} [data-presence]`);
  }
  async sees(extension, presence, seconds = 8) {
    await until(async () => (await this.presence(extension)) === presence, seconds, `${extension} is not ${presence}`);
  }

  async call(extension) {
    await this.click(`person-${extension}`);
    await this.click('call');
  }
  async dial(number) {
    await this.type(testId('search'), number);
    await this.page.keyboard.press('Enter');
    await this.page.evaluate((selector) => document.querySelector(selector).select(), testId('search'));
    await this.page.keyboard.press('Backspace');
  }
  hears(hertz, seconds = 10) {
    let last;
    return until(
      async () => Math.abs((last = await this.page.evaluate(() => window.__heard())) - hertz) < 12,
      seconds,
      `does not hear ${hertz} Hz`,
    ).catch((error) => {
      throw new Error(`${error.message}, but ${last}`);
    });
  }
  fingerprints() {
    return this.page.evaluate(() => window.__fingerprints());
  }

  async close() {
    assert.deepEqual(this.faults, []);
    await this.browser.close();
  }
}

/** Answers on one page what the other calls, and waits until both say that they are connected. */
export async function connect(caller, callee, extension) {
  await caller.call(extension);
  await callee.click('answer');
  for (const phone of [caller, callee]) await phone.find('[data-testid="call-state"][data-state="talking"]');
}
