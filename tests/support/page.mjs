// What a person does on the phone's page, in both kinds of driver (playwright-core for Chromium,
// puppeteer-core for Firefox), by the names that a screen reader would read or by test ids.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { chromium } from 'playwright-core';
import puppeteer from 'puppeteer-core';
import { listenIn } from './listen.mjs';
import { toneFile } from './tone.mjs';
import { until } from './jssip_phone.mjs';

const english = JSON.parse(readFileSync(new URL('../../web/phone/src/i18n/en.json', import.meta.url), 'utf8'));
const chromiumPath = process.env.DERING_CHROMIUM ?? '/usr/bin/chromium';
const firefoxPath = process.env.DERING_FIREFOX ?? '/usr/bin/firefox-esr';
// No step waits for ever for its browser: a test that hangs can't tell what happened.
const stepSeconds = 15;
// For what a person would see at once; a loaded machine takes its time.
const patience = 12;

/**
 * `welcomed: false` is a browser that was never here before; `speaks` is a file for the microphone in place of a
 * tone; `loudspeaker` is a Tape that it plays to; further options are Playwright's own.
 */
export async function openChromium({ tone, speaks, executablePath = chromiumPath, welcomed = true, loudspeaker, ...context } = {}) {
  const browser = await chromium.launch({
    executablePath,
    ...(loudspeaker ? { env: { ...process.env, ...loudspeaker.environment }, ignoreDefaultArgs: ['--mute-audio'] } : {}),
    args: [
      '--no-sandbox',
      '--use-fake-ui-for-media-stream',
      '--use-fake-device-for-media-stream',
      ...(speaks || tone ? [`--use-file-for-fake-audio-capture=${speaks ?? (await toneFile(tone))}`] : []),
      '--autoplay-policy=no-user-gesture-required',
      '--allow-loopback-in-peer-connection',
      '--disable-background-networking',
      '--disable-features=WebRtcHideLocalIpsWithMdns',
      '--proxy-server=direct://',
    ],
  });
  const person = await browser.newContext({
    ignoreHTTPSErrors: true,
    locale: 'en-US',
    permissions: ['microphone', 'notifications'],
    ...context,
  });
  await person.addInitScript(listenIn);
  if (welcomed) await person.addInitScript(markAsWelcomed);
  const page = await person.newPage();
  return new Phone(page, browser, 'playwright');
}

/** `microphone: true` is that of the `loudspeaker`, in place of a tone; further options are Puppeteer's own. */
export async function openFirefox({ tone, executablePath = firefoxPath, loudspeaker, microphone = false, ...more } = {}) {
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath,
    ...(loudspeaker ? { env: { ...process.env, ...loudspeaker.environment } } : {}),
    ...more,
    headless: true,
    acceptInsecureCerts: true,
    timeout: 45_000,
    // Of its start too, which takes a loaded machine its time; steps have limits of their own.
    protocolTimeout: 45_000,
    defaultViewport: { width: 1280, height: 800 },
    extraPrefsFirefox: {
      'media.navigator.streams.fake': !microphone,
      ...(tone ? { 'media.navigator.audio.fake_frequency': tone } : {}),
      'media.navigator.permission.disabled': true,
      'media.peerconnection.ice.loopback': true,
      'media.peerconnection.ice.obfuscate_host_addresses': false,
      'media.autoplay.default': 0,
      'intl.accept_languages': 'en-US',
      'network.proxy.type': 0,
      // The page asks before a call is lost; Chromium's driver says yes by itself, this one would wait.
      'dom.disable_beforeunload': true,
    },
  });
  const page = await browser.newPage();
  await page.evaluateOnNewDocument(listenIn);
  await page.evaluateOnNewDocument(markAsWelcomed);
  return new Phone(page, browser, 'puppeteer');
}

// The blank page between two others has no storage.
const markAsWelcomed = () => {
  if (location.protocol.startsWith('http')) localStorage.setItem('dering.welcomed', '1');
};

const testId = (id) => `[data-testid="${id}"]`;

export class Phone {
  constructor(page, browser, driver) {
    Object.assign(this, { page, browser, driver });
    this.faults = [];
    this.lines = [];
    page.on('pageerror', (error) => this.faults.push(String(error)));
    page.on('console', (message) => {
      this.lines.push(`${message.type()}: ${message.text()}`);
      if (message.type() === 'error' && /Content Security Policy/i.test(message.text())) this.faults.push(message.text());
    });
  }

  evaluate(work, argument, seconds = stepSeconds) {
    const late = new Promise((_, reject) => {
      setTimeout(() => reject(new Error(`the page did not answer within ${seconds} s: ${work}`)), seconds * 1000).unref();
    });
    return Promise.race([this.page.evaluate(work, argument), late]);
  }

  /** What the page shows and what its console said, for the report of a failed test. */
  async account() {
    const look = () => [
      `${location.origin}${location.pathname}`,
      document.body?.innerText.replaceAll(/\s*\n\s*/g, ' | '),
      ...(window.__connections?.() ?? []),
    ];
    const seen = await this.evaluate(look, undefined, 5).catch((error) => [String(error)]);
    return [...seen, ...this.lines.slice(-15), ...this.faults.map((fault) => `FAULT ${fault}`)].join('\n    ');
  }

  find(selector, seconds = patience) {
    return this.page.waitForSelector(selector, this.driver === 'playwright' ? { timeout: seconds * 1000 } : { visible: true, timeout: seconds * 1000 });
  }
  /** Looks anew when the page draws the element again between finding and clicking it. */
  click(id, seconds = patience) {
    const place = this.page.locator(testId(id));
    const timeout = seconds * 1000;
    const clicked = this.driver === 'playwright' ? place.click({ timeout }) : place.setTimeout(timeout).click();
    return clicked.catch((error) => {
      throw new Error(`${id} was not clicked: ${error.message}`, { cause: error });
    });
  }
  async type(selector, text) {
    const field = await this.find(selector);
    await field.click();
    await this.page.keyboard.type(text);
  }
  has(id) {
    return this.evaluate((selector) => document.querySelector(selector) !== null, testId(id));
  }
  /** Text of an element; empty when it is not there. */
  text(id) {
    return this.evaluate((selector) => document.querySelector(selector)?.textContent ?? '', testId(id));
  }
  async says(id, pattern, seconds = patience) {
    let last = '';
    await until(async () => pattern.test((last = await this.text(id))), seconds, `${id} does not say ${pattern}`).catch((error) => {
      throw new Error(`${error.message}; it says "${last}"`);
    });
  }
  /** The card that tells how a call ended ("busy", "declined", …) is there, with its plain words. */
  async ends(outcome, seconds = patience) {
    if (outcome === 'missed') return this.missed(seconds);
    await this.find(`[data-testid="outcome"][data-outcome="${outcome}"]`, seconds).catch(async () => {
      const seen = await this.evaluate(() => document.querySelector('[data-testid="outcome"]')?.dataset.outcome);
      throw new Error(`the call did not end with "${outcome}" within ${seconds} s, but with "${seen}"`);
    });
    const { title, hint } = english.outcome[outcome];
    assert.equal(await this.text('outcome-title'), title);
    assert.ok((await this.text('outcome')).includes(hint), `no "${hint}"`);
  }
  /** The card of missed calls is there, or in a call that of the last one, which was one. */
  async missed(seconds = patience) {
    await this.find(`${testId('missed')}, [data-testid="outcome"][data-outcome="missed"]`, seconds);
    await this.says('announcer', new RegExp(english.outcome.missed.title), seconds);
  }
  async gone(id, seconds = patience) {
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
  /** In a browser where another tab is signed in already. */
  async opens(origin) {
    await this.page.goto(origin);
    await this.ready();
  }
  async ready() {
    // A browser that has just started on a loaded machine; no test is about this time.
    await this.find('[data-testid="link"][data-link="ready"]', 30);
  }

  presence(extension) {
    return this.evaluate((selector) => document.querySelector(selector)?.dataset.presence, `${testId(`person-${extension}`)} [data-presence]`);
  }
  async sees(extension, presence, seconds = patience) {
    await until(async () => (await this.presence(extension)) === presence, seconds, `${extension} is not ${presence}`);
  }

  /** A list that moves just then leads the click to somebody else. */
  async call(extension) {
    const isShown = () => this.evaluate((end) => location.pathname.endsWith(end), `/c/${extension}`);
    await until(async () => (await this.click(`person-${extension}`), isShown()), patience, `the page of ${extension} does not open`);
    await this.click('call');
  }
  async dial(number) {
    await this.type(testId('search'), number);
    await this.page.keyboard.press('Enter');
  }
  /** Chooses one of the lists on the left: people, recent, keypad. */
  async tab(index) {
    const labels = `${testId('tabs')} label`;
    await this.find(labels);
    await this.evaluate(([all, which]) => document.querySelectorAll(all)[which].click(), [labels, index]);
  }
  /** Waits until all has arrived where it moves to (what pulses for ever is left alone). */
  async stillness() {
    await this.evaluate(async () => {
      await document.fonts.ready;
      const finite = document.getAnimations().filter((it) => it.effect?.getComputedTiming().iterations !== Infinity);
      await Promise.allSettled(finite.map((it) => it.finished));
    });
  }
  /** The page plays what a partner sends, with this tone; 0: nothing of what comes in. */
  hears(hertz, seconds = patience) {
    let last;
    return until(
      async () => Math.abs((last = await this.evaluate(() => window.__hearing())) - hertz) < 12,
      seconds,
      `does not hear ${hertz} Hz`,
    ).catch((error) => {
      throw new Error(`${error.message}, but ${last}`);
    });
  }
  /** The page plays a sound of its own, louder than this many dBFS. */
  async plays(decibels = -60, seconds = patience) {
    await until(async () => (await this.evaluate(() => window.__plays())) > decibels, seconds, 'plays nothing of its own');
  }
  async playsNothing(seconds = patience) {
    await until(async () => (await this.evaluate(() => window.__plays())) === -Infinity, seconds, 'still plays something of its own');
  }
  /** Who is named where the call is shown: on its page, or away from that in the bar. */
  async talksWith(name, seconds = patience) {
    let last = '';
    const shown = async () => (last = (await this.text('call-page')) + (await this.text('call-bar')));
    await until(async () => name.test(await shown()), seconds, `does not talk with ${name}`).catch((error) => {
      throw new Error(`${error.message}; it says "${last}"`);
    });
  }
  /** Who holds the call in front: nobody, us, them or both. */
  async holds(who, seconds = patience) {
    await this.find(`[data-testid="call-state"][data-hold="${who}"]`, seconds);
  }
  /** Ends what is still going on: two calls at most, which the other side may end meanwhile. */
  async rest() {
    for (const id of ['waiting-decline', 'hang-up', 'decline', 'hang-up']) {
      // A loaded machine draws the page too seldom for one short try; what has gone meanwhile is waited for no longer.
      await until(async () => !(await this.has(id)) || this.click(id, 2).then(() => true, () => false), 30, `${id} can't be clicked`);
    }
  }
  fingerprints() {
    return this.evaluate(() => window.__fingerprints());
  }
}

/** Answers on one page what the other calls, and waits until both say that they are connected. */
export async function connect(caller, callee, extension) {
  await caller.call(extension);
  await callee.click('answer');
  for (const phone of [caller, callee]) await phone.find('[data-testid="call-state"][data-state="talking"]');
}
