// One Dering whose people come from an OpenID provider, and those people with their telephones.
import { freePort } from '../support/free_port.mjs';
import { startDering } from '../support/dering.mjs';
import { JsSipPhone, until } from '../support/jssip_phone.mjs';
import { api } from '../support/sign_in.mjs';
import { claimsOf, refresh } from '../support/sign_in_form.mjs';

/** The part of Dering's configuration that names a provider. */
export const issuerToml = (provider, { label = 'Universitas', more = '' } = {}) => `
[[issuer]]
url = "${provider.issuer}"
client_id = "${provider.client}"
label = "${label}"
${more}
`;
export const facultyToml = `
[[issuer.group]]
path = "/Fakultas Teknik"
unit = "Fakultas Teknik"
extensions = "2100-2199"
`;

/**
 * A provider (not yet with a realm) and a Dering that believes it. Ports are chosen first, because
 * each must know the other's address. The texts are TOML: `limits` and `identity` for those tables,
 * `more` for the issuer's, `config` for what comes after.
 */
export async function startWorld(provider, { identity = '', limits = '', config = '', more = facultyToml } = {}) {
  const ports = { http: await freePort(), https: await freePort(), sip: await freePort() };
  const origins = [`http://localhost:${ports.http}`, `https://localhost:${ports.https}`];
  const passwords = await provider.makeRealm(origins);
  const dering = await startDering({ ports, config: `${limits}\n[identity]\n${identity}\n${issuerToml(provider, { more })}${config}` });
  return new World(provider, dering, passwords);
}

export class World {
  people = [];
  constructor(provider, dering, passwords) {
    Object.assign(this, { provider, dering, passwords });
  }
  account(username) {
    return { username, password: this.passwords[username] };
  }
  /** Signs a person in by the provider's own form. */
  async signIn(username) {
    const tokens = await this.provider.signIn(this.dering.http, this.account(username));
    if (tokens.error) throw new Error(`${username}: ${tokens.error}`);
    return this.#adopt(new Person(this, tokens));
  }
  /** The same with the telephone registered. */
  async phone(username) {
    const person = await this.signIn(username);
    await person.register();
    return person;
  }
  #adopt(person) {
    this.people.push(person);
    return person;
  }
  async hangUpAll() {
    await Promise.all(this.people.splice(0).map((person) => person.leave()));
  }
  async stop() {
    await this.hangUpAll();
    await this.dering?.stop();
    await this.provider?.stop();
  }
}

export class Person {
  constructor(world, tokens) {
    Object.assign(this, { world, tokens, dering: world.dering });
  }
  get token() {
    return this.tokens.access_token;
  }
  get claims() {
    return claimsOf(this.token);
  }
  api(path, options) {
    return api(this.dering.http, path, this.token, options);
  }
  async extension() {
    const { status, body } = await this.api('/api/v1/me');
    if (status !== 200) throw new Error(`/api/v1/me: ${status}`);
    return body.extension;
  }
  async register(options = {}) {
    this.sip = new JsSipPhone(this.dering.http, await this.extension(), this.token, options);
    await this.sip.start();
    return this.sip;
  }
  /** A new token by the refresh token; the telephone shows it on the same flow. */
  async refresh() {
    const { issuer, client } = this.world.provider;
    this.tokens = { ...this.tokens, ...(await refresh({ issuer, client, token: this.tokens.refresh_token })) };
    if (this.sip && (await this.show(this.token)) !== 200) throw new Error('the new token was refused');
  }
  /** Registers anew with that token, on the flow that is open; gives the answer's status. */
  async show(token) {
    const answers = () => finalAnswers(this.sip, 'REGISTER');
    const before = answers().length;
    this.sip.ua.set('authorization_jwt', `Bearer ${token}`);
    this.sip.ua.register();
    await until(() => answers().length > before, 5, 'no answer to REGISTER');
    return answers().at(-1);
  }
  /** Renews every third of a token's life until the returned function is called. */
  keepFresh(seconds) {
    let failure = null;
    let busy = Promise.resolve();
    let renewals = 0;
    this.timer = setInterval(() => {
      busy = this.refresh().then(() => renewals++, (error) => (failure ??= error));
    }, (seconds * 1000) / 3);
    return async () => {
      clearInterval(this.timer);
      await busy;
      if (failure) throw failure;
      return renewals;
    };
  }
  async leave() {
    clearInterval(this.timer);
    await this.sip?.stop();
    await this.stream?.close();
  }
}

/** Seconds that the last successful REGISTER was granted. */
export function grantedSeconds(phone) {
  const answers = phone.messages('received', /^SIP\/2\.0 200 /).filter((text) => /^CSeq: \d+ REGISTER/im.test(text));
  return Number(answers.at(-1).match(/;expires=(\d+)/i)?.[1] ?? answers.at(-1).match(/^Expires: *(\d+)/im)?.[1]);
}
/** The statuses of all final answers to requests of this method, oldest first. */
export function finalAnswers(phone, method) {
  const isAnswer = new RegExp(`^CSeq: \\d+ ${method}`, 'im');
  return phone.messages('received', /^SIP\/2\.0 [2-6]/).filter((text) => isAnswer.test(text)).map((text) => Number(text.split(' ')[1]));
}
