// Dering's own page in a real browser, as a telephone.
import { openChromium, openFirefox } from '../../support/page.mjs';
import { holdsKey, keyTime, unpacked } from '../sound.mjs';

const state = (name) => `[data-testid="call-state"][data-state="${name}"]`;

export class PagePhone {
  static async start(open, origin, account, tone) {
    const phone = new PagePhone();
    phone.page = await open({ tone });
    try {
      await phone.page.signIn(origin, account);
    } catch (error) {
      // Nobody else knows of it yet, and an open browser keeps the program alive.
      await phone.stop();
      throw error;
    }
    return phone;
  }
  static chromium = (...args) => PagePhone.start(openChromium, ...args);
  static firefox = (...args) => PagePhone.start(openFirefox, ...args);

  get log() {
    return this.page.lines.slice(-20).join('\n');
  }
  async call(number) {
    await this.page.call(number);
  }
  async #shows(selector) {
    return this.page.evaluate((wanted) => document.querySelector(wanted) !== null, selector);
  }
  get isRinging() {
    return this.#shows('[data-testid="answer"]');
  }
  get isTalking() {
    return this.#shows(state('talking'));
  }
  get isIdle() {
    return Promise.all(['hang-up', 'answer'].map((button) => this.page.has(button))).then((shown) => !shown.some(Boolean));
  }
  answer() {
    return this.page.click('answer');
  }
  decline() {
    return this.page.click('decline');
  }
  hold() {
    return this.page.click('hold');
  }
  resume() {
    return this.page.click('hold');
  }
  /** Opens the keypad of the call when it is closed. */
  async press(digit) {
    const key = `key-${digit}`;
    if (!(await this.page.has(key))) await this.page.click('keypad');
    await this.page.click(key);
  }
  hangUp() {
    return this.page.click('hang-up');
  }
  async #choose(number, button) {
    await this.page.click('transfer');
    await this.page.type('[data-testid="transfer-search"]', number);
    await this.page.page.keyboard.press('Enter');
    await this.page.click(button);
  }
  /** To this number, without asking there. */
  sendOn(number) {
    return this.#choose(number, 'transfer-now');
  }
  consult(number) {
    return this.#choose(number, 'transfer-ask');
  }
  handOver() {
    return this.page.click('connect');
  }
  /** A page has no list of keys: the browser sounds them. */
  async hearsKey(digit) {
    const sound = await this.page.evaluate((time) => window.__partner(time), keyTime);
    return sound !== null && holdsKey(unpacked(sound), digit);
  }
  async listen() {
    return { hertz: await this.page.evaluate(() => window.__heard()) };
  }
  /** All its calls end, in whatever state they are. */
  rest() {
    return this.page.rest();
  }
  async forget() {
    if (await this.page.has('outcome-close')) await this.page.click('outcome-close', 2).catch(() => {});
  }
  async stop() {
    await this.page.browser.close();
  }
}
