// What honest people notice while a flood goes on: how long each thing they do takes, and whether
// all of it is done.
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { JsSipPhone, once } from './jssip_phone.mjs';
import { api, signIn } from './sign_in.mjs';
import { sipUdp } from './sip_udp.mjs';

/** Starts flood.mjs against that dering; `stop()` gives what it has sent. */
export async function startFlood(dering, kinds) {
  const { keys } = await (await fetch(`${dering.http}/oidc/jwks`)).json();
  const target = { http: dering.http, sip: dering.ports.sip, issuer: `${dering.http}/oidc`, kid: keys[0].kid, kinds };
  const child = spawn(process.execPath, [fileURLToPath(new URL('flood.mjs', import.meta.url)), JSON.stringify(target)], { stdio: ['pipe', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.on('data', (bytes) => (said += bytes));
  const ended = new Promise((resolve) => child.once('close', resolve));
  return {
    async stop() {
      child.stdin.end();
      await ended;
      return JSON.parse(said || '{}');
    },
  };
}

/** Kilobytes that the process has in memory. */
export async function memory(pid) {
  return Number((await readFile(`/proc/${pid}/status`, 'utf8')).match(/^VmRSS:\s+(\d+)/m)[1]);
}

export class Canaries {
  times = {};
  faults = [];
  calls = 0;

  constructor(dering, account) {
    Object.assign(this, { dering, account });
  }

  async start() {
    this.token = (await signIn(this.dering.http, this.account)).access_token;
    this.phone = new JsSipPhone(this.dering.http, this.account.extension, this.token);
    await this.phone.start();
  }
  async stop() {
    await this.phone?.stop();
  }

  /** Each of these once, one after the other. */
  async sing() {
    await this.#timed('health', async () => {
      const { status } = await fetch(`${this.dering.http}/healthz`);
      if (status !== 200) throw new Error(`health: ${status}`);
    });
    await this.#timed('options by UDP', async () => {
      const answer = await sipUdp(this.dering.ports.sip, 'OPTIONS', 'canary');
      if (!answer.startsWith('SIP/2.0 200 ')) throw new Error(answer.slice(0, 80));
    });
    await this.#timed('call', async () => {
      this.calls++;
      const said = [this.phone.sent.length, this.phone.received.length];
      const call = this.phone.call('*43');
      await once(call, ['confirmed'], ['failed']).catch((error) => {
        throw new Error(`${error.message}; ${this.#heard(said)}`);
      });
      call.terminate();
    });
    await this.#timed('register', async () => {
      const phone = new JsSipPhone(this.dering.http, this.account.extension, this.token);
      await phone.start();
      await phone.stop();
    });
    await this.#timed('api', async () => {
      const { status } = await api(this.dering.http, '/api/v1/me', this.token);
      if (status !== 200) throw new Error(`api: ${status}`);
    });
    await this.#timed('sign in', async () => {
      this.token = (await signIn(this.dering.http, this.account)).access_token;
    });
  }

  /** What its phone has sent and received since it had said and heard so much. */
  #heard([sent, received]) {
    const lines = (messages) => messages.map((text) => text.split('\r\n', 1)[0]).join(', ') || 'nothing';
    return `it sent ${lines(this.phone.sent.slice(sent))} and received ${lines(this.phone.received.slice(received))}`;
  }

  async #timed(name, act) {
    const begin = performance.now();
    try {
      await act();
    } catch (error) {
      this.faults.push(`${name}: ${error?.message ?? JSON.stringify(error)}`);
    }
    (this.times[name] ??= []).push(performance.now() - begin);
  }

  /** Milliseconds: { name: { count, p50, p99, max } }. */
  figures() {
    const at = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
    return Object.fromEntries(
      Object.entries(this.times).map(([name, times]) => {
        const sorted = times.toSorted((a, b) => a - b);
        return [name, { count: sorted.length, p50: at(sorted, 0.5), p99: at(sorted, 0.99), max: sorted.at(-1) }];
      }),
    );
  }

  /** How many calls of this account the history holds. */
  async recorded() {
    let before = '';
    for (let total = 0; ; ) {
      const { body } = await api(this.dering.http, `/api/v1/calls?limit=100${before}`, this.token);
      total += body.calls.length;
      if (body.calls.length < 100) return total;
      before = `&before=${body.calls.at(-1).id}`;
    }
  }
}
