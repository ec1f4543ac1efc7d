// SIP.js in Chromium, as somebody else's page has it: its own session manager, on our WebSocket, signed in by a token.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { freePort } from '../../support/free_port.mjs';
import { openChromium } from '../../support/page.mjs';
import { until } from '../../support/jssip_phone.mjs';
import { signIn, token } from '../../support/sign_in.mjs';
import { holdsKey, keyTime, unpacked } from '../sound.mjs';

// The switchboard's certificate is of its own making.
process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
const library = dirname(createRequire(import.meta.url).resolve('sip.js'));
const port = await freePort();
/** Where the page is from: the switchboard's settings name it. */
export const foreignOrigin = `http://localhost:${port}`;

const html = '<!doctype html><title>SIP.js</title><audio autoplay></audio>';

async function serve({ url }, response) {
  const isScript = url.startsWith('/sip.js/');
  response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
  response.end(isScript ? await readFile(join(library, url.slice('/sip.js/'.length))) : html);
}

const pages = createServer(serve);

/** Runs in the page. */
async function begin({ aor, server, bearer }) {
  const { SessionManager } = await import('/sip.js/platform/web/index.js');
  const events = [];
  const manager = new SessionManager(server, {
    aor,
    media: { constraints: { audio: true, video: false }, remote: { audio: document.querySelector('audio') } },
    userAgentOptions: { logConfiguration: false, logLevel: 'warn', sessionDescriptionHandlerFactoryOptions: { iceGatheringTimeout: 500 } },
    delegate: {
      onCallReceived: () => events.push('ringing'),
      onCallAnswered: () => events.push('talking'),
      onCallHangup: () => events.push('idle'),
      onRegistered: () => events.push('registered'),
    },
  });
  await manager.connect();
  /** The first one first. */
  const sessions = () => manager.managedSessions.map(({ session }) => session);
  window.__phone = { manager, events, sessions, register: (words) => manager.register({ requestOptions: { extraHeaders: [`Authorization: Bearer ${words}`] } }) };
  await window.__phone.register(bearer);
}

export class SipJsPhone {
  static async start({ origin }, { account, tone, extension }) {
    const phone = new SipJsPhone();
    Object.assign(phone, { origin, tokens: await signIn(origin, account) });
    phone.page = await openChromium({ tone });
    if (!pages.listening) await new Promise((resolve) => pages.listen(port, '127.0.0.1', resolve));
    await phone.page.page.goto(foreignOrigin);
    const settings = { aor: `sip:${extension}@dering`, server: `${origin.replace(/^http/, 'ws')}/ws/sip`, bearer: phone.tokens.access_token };
    await phone.page.evaluate(begin, settings);
    return phone;
  }

  get log() {
    return this.page.lines.slice(-20).join('\n');
  }
  #says(event) {
    return this.page.evaluate((wanted) => window.__phone.events.includes(wanted), event);
  }
  /** One word of its session manager, for the call that is newest. */
  #does(what, more) {
    return this.page.evaluate(([name, argument]) => window.__phone.manager[name](window.__phone.sessions().at(-1), argument), [what, more]);
  }
  call(number) {
    return this.page.evaluate((target) => window.__phone.manager.call(target).then(() => {}), `sip:${number}@dering`);
  }
  get isRinging() {
    return this.#says('ringing');
  }
  get isTalking() {
    return this.#says('talking');
  }
  get isIdle() {
    return this.#says('idle');
  }
  answer() {
    return this.#does('answer');
  }
  decline() {
    return this.#does('decline');
  }
  hold() {
    return this.#does('hold');
  }
  resume() {
    return this.#does('unhold');
  }
  /** To the first call, as soon as the second one is over. SIP.js silences the loudspeaker then, which both had. */
  async returns() {
    await until(() => this.page.evaluate(() => window.__phone.sessions().length === 1), 10, 'the second call of SIP.js goes on');
    await this.resume();
    await this.page.evaluate(() => {
      const [session] = window.__phone.sessions();
      document.querySelector('audio').srcObject = session.sessionDescriptionHandler.remoteMediaStream;
    });
  }
  /** To this number, without asking there. */
  sendOn(number) {
    return this.#does('transfer', `sip:${number}@dering`);
  }
  async consult(number) {
    await this.hold();
    await this.page.evaluate(() => window.__phone.events.splice(0));
    await this.call(number);
  }
  handOver() {
    return this.page.evaluate(() => {
      const [one, other] = window.__phone.sessions();
      return window.__phone.manager.transfer(one, other);
    });
  }
  get isReleased() {
    return this.page.evaluate(() => window.__phone.sessions().length === 0);
  }
  /** By INFO: what it does unless it is told otherwise. */
  press(digit) {
    return this.#does('sendDTMF', digit);
  }
  hangUp() {
    return this.#does('hangup');
  }
  async hearsKey(digit) {
    const sound = await this.page.evaluate((time) => window.__partner(time), keyTime);
    return sound !== null && holdsKey(unpacked(sound), digit);
  }
  async listen() {
    return { hertz: await this.page.evaluate(() => window.__heard()) };
  }
  /** A token lasts for minutes; whoever has one renews it. */
  async forget() {
    this.tokens = await token(this.origin, { grant_type: 'refresh_token', refresh_token: this.tokens.refresh_token });
    await this.page.evaluate((bearer) => window.__phone.register(bearer), this.tokens.access_token);
    await this.page.evaluate(() => window.__phone.events.splice(0));
  }
  async stop() {
    await this.page.browser.close();
    pages.close();
  }
}
