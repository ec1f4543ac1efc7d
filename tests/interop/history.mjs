// What the people of a test find in their history, and what others see them do.
import assert from 'node:assert/strict';
import { until } from '../support/jssip_phone.mjs';
import { api, signIn } from '../support/sign_in.mjs';

// The switchboard's certificate is of its own making.
process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
// A token lasts for minutes.
const tokenLife = 120_000;

export class History {
  #tokens = new Map();
  /** `watcher` is the account of somebody who takes no part. */
  constructor(origin, watcher) {
    Object.assign(this, { origin, watcher });
  }
  async #get(path, account) {
    let token = this.#tokens.get(account);
    if (!token || Date.now() - token.at > tokenLife) {
      token = { at: Date.now(), ...(await signIn(this.origin, account)) };
      this.#tokens.set(account, token);
    }
    return (await api(this.origin, path, token.access_token)).body;
  }
  async #calls({ account }) {
    return (await this.#get('/api/v1/calls', account)).calls;
  }
  /** What each of them has in the history; what comes later is told by `later()`. */
  async now(people) {
    return new Map(await Promise.all(people.map(async (person) => [person, (await this.#calls(person)).map(({ id }) => id)])));
  }
  async #later(person, before) {
    const calls = (await this.#calls(person)).filter(({ id }) => !before.get(person).includes(id));
    return calls.map(({ peer, outcome, transferred, duration_ms: duration }) => `${peer} ${outcome}${transferred ? ', transferred' : ''}${duration < 0 ? ', no talk' : ''}`);
  }
  /** `expected`: person → what is new in their history, the newest first, as patterns for what is above. */
  async holds(expected, before) {
    for (const [person, calls] of expected) {
      let seen;
      const isAsExpected = async () => {
        seen = await this.#later(person, before);
        return seen.length === calls.length && calls.every((pattern, i) => new RegExp(`^${pattern}$`).test(seen[i]));
      };
      await until(isAsExpected, 8, '').catch(() => assert.deepEqual(seen, calls, `the history of ${person.name}`));
    }
  }
  /** Nobody sees them in a call any more. */
  async areFree(people, seconds = 20) {
    let seen;
    const look = async () => {
      const all = (await this.#get('/api/v1/directory', this.watcher)).people;
      seen = people.map(({ extension }) => all.find((other) => other.extension === extension)?.presence);
      return seen.every((presence) => presence === 'available');
    };
    await until(look, seconds, '').catch(() => assert.fail(`a call is left: ${people.map(({ name }, i) => `${name} is ${seen[i]}`).join(', ')}`));
  }
}
