// SPDX-License-Identifier: Apache-2.0
// The switchboard's HTTP interface, as far as the page uses it, with everything in memory.
import { createHash } from 'node:crypto';
import { claimsOf } from './oidc.mjs';

const syncMilliseconds = 4_000;
const idle = { added: 0, changed: 0, enabled: 0, disabled: 0, unchanged: 0, refused: 0, error: '' };
const now = () => Math.floor(Date.now() / 1000);

export class MockApi {
  calls = [];
  devices = new Map(); // extension -> devices
  refusals = new Map(); // extension -> refusals, newest first
  forwardings = new Map(); // extension -> where calls go
  #seen = new Map(); // extension -> id of the last call whose loss was seen
  syncs;
  #people;
  #presence;
  #providers;

  constructor({ people, presence, providers, syncs }) {
    this.#people = people;
    this.#presence = presence;
    this.#providers = providers;
    this.syncs = syncs.map((url) => ({
      url,
      state: 'idle',
      started_at: null,
      finished_at: null,
      ...idle,
    }));
  }

  /** Whose token it is; nobody after the end of the sign-in. */
  userOf(authorization) {
    const claims = claimsOf(authorization);
    if (claims === undefined) return undefined;
    if (this.#providers.some((provider) => provider.hasEnded(claims.sid))) return undefined;
    return this.#people.find(({ username }) => username === claims.sub);
  }

  async answer(url, request, response) {
    const user = this.userOf(request.headers.authorization);
    const json = (value, status = 200, headers = {}) => {
      const fields = {
        'Content-Type': 'application/json',
        'Cache-Control': 'no-store',
        ...headers,
      };
      response.writeHead(status, fields);
      response.end(status === 304 ? '' : JSON.stringify(value));
    };
    if (user === undefined) return json({}, 401);
    let text = '';
    for await (const piece of request) text += piece;
    const body = text === '' ? {} : JSON.parse(text);
    const extension = url.searchParams.get('extension') ?? body.extension ?? user.extension;
    const isAdmin = user.roles.includes('admin');
    if (extension !== user.extension && !isAdmin) return json({}, 404);
    const [, , , what, id] = url.pathname.split('/');
    switch (`${request.method} ${what}`) {
      case 'GET me':
        return json({ ...user, sip_uri: `sip:${user.extension}@dering`, issuer: '' });
      case 'GET directory':
        return this.#directory(request, json);
      case 'GET calls':
        return json({ calls: this.#callsOf(user, url.searchParams.get('missed') === 'true') });
      case 'GET history':
        return json(this.#historyOf(user));
      case 'PATCH history':
        this.#seen.set(user.extension, Number(body.seen_until));
        this.#tellHistory(user);
        return json(this.#historyOf(user));
      case 'GET events':
        response.writeHead(200, { 'Content-Type': 'text/event-stream' });
        return this.#presence.follow(response, user.username);
      case 'GET devices':
        return json(this.#devicesOf(url, extension));
      case 'GET forwarding':
        return json(this.#forwardingOf(extension));
      case 'PATCH forwarding':
        return this.#forward(extension, body, json);
      case 'GET refusals':
        return json({ refusals: this.refusals.get(extension) ?? [] });
      case 'POST devices':
        return json(this.#addDevice(extension, body), 201);
      case 'DELETE devices':
        this.devices.set(
          extension,
          this.#list(extension).filter((device) => device.id !== id),
        );
        return response.writeHead(204).end();
      case 'GET sync':
        return json({ issuers: this.syncs }, isAdmin ? 200 : 403);
      case 'POST sync':
        for (const sync of this.syncs) this.#run(sync);
        return json({ issuers: this.syncs }, 202);
      default:
        return json({}, 404);
    }
  }

  #directory(request, json) {
    const value = { people: this.#presence.people() };
    const tag = `"${createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16)}"`;
    const isKnown = request.headers['if-none-match'] === tag;
    return json(value, isKnown ? 304 : 200, { ETag: tag });
  }

  /** A call is over, and its people are told. */
  record(call) {
    this.calls.push({ ...call, id: String(this.calls.length + 1) });
    for (const person of this.#people) {
      if ([call.caller, call.callee].includes(person.extension)) this.#tellHistory(person);
    }
  }

  #historyOf(user) {
    const seen = this.#seen.get(user.extension) ?? 0;
    const missed = this.#callsOf(user, true).filter(({ id }) => Number(id) > seen);
    const newest = this.#callsOf(user)[0]?.id ?? '0';
    return { newest, seen_until: String(seen), unseen: missed.length };
  }

  #tellHistory(user) {
    const isFor = (username) => username === user.username;
    this.#presence.tell('history', this.#historyOf(user), isFor);
  }

  #callsOf({ extension }, onlyMissed = false) {
    return this.calls
      .filter(({ caller, callee }) => caller === extension || callee === extension)
      .map((call) => {
        const direction = call.caller === extension ? 'out' : 'in';
        const peer = direction === 'out' ? call.callee : call.caller;
        const found = this.#people.find((person) => person.extension === peer);
        const isSettled = ['declined', 'elsewhere', 'forwarded'].includes(call.outcome);
        const missed = direction === 'in' && !(call.duration_ms >= 0) && !isSettled;
        const name = found?.name ?? '';
        return { transferred: false, ...call, missed, direction, peer, peer_name: name };
      })
      .filter(({ missed }) => missed || !onlyMissed)
      .toReversed();
  }

  #forwardingOf(extension) {
    const none = { always: null, busy: null, no_answer: null, unreachable: null };
    const kept = this.forwardings.get(extension);
    return {
      extension,
      ...none,
      ring_seconds: 20,
      do_not_disturb: false,
      pickup_notices: true,
      ...kept,
    };
  }

  /** Also from outside: as if somebody had dialled a code. */
  forward(extension, change) {
    this.forwardings.set(extension, { ...this.#forwardingOf(extension), ...change });
    const { username } = this.#people.find((person) => person.extension === extension);
    const kept = this.#forwardingOf(extension);
    this.#presence.tell('forwarding', kept, (each) => each === username);
    return kept;
  }

  /** What of the calls that this person parked waits from now on. */
  park(extension, calls) {
    const { username } = this.#people.find((person) => person.extension === extension);
    this.#presence.tell('parking', { calls }, (each) => each === username);
  }

  #forward(extension, change, json) {
    const targets = ['always', 'busy', 'no_answer', 'unreachable'].map((each) => change[each]);
    const isFaulty = targets.some(
      (target) => target && !this.#people.some((person) => person.extension === target),
    );
    return isFaulty || targets.includes(extension)
      ? json({ title: 'Conflict', detail: 'Nobody here has that extension.' }, 409)
      : json(this.forward(extension, change));
  }

  #list(extension) {
    return this.devices.get(extension) ?? [];
  }

  #devicesOf(url, extension) {
    const devices = this.#list(extension).map((device) => ({ ...device, password: undefined }));
    const server = { host: url.hostname, port: 5060, transports: ['udp', 'tcp'], domain: 'dering' };
    return { devices, server };
  }

  #addDevice(extension, { name }) {
    const letters = () => Math.random().toString(36).slice(2, 7);
    const device = {
      id: String(Math.floor(Math.random() * 1e9)),
      name,
      username: `${extension}-${letters()}`,
      algorithm: 'SHA-256',
      renew: false,
      created_at: now(),
      password: letters() + letters() + letters(),
    };
    this.devices.set(extension, [...this.#list(extension), device]);
    return device;
  }

  #run(sync) {
    Object.assign(sync, { state: 'running', started_at: now(), error: '' });
    setTimeout(() => {
      const done = { added: 12, changed: 3, disabled: 2, unchanged: this.#people.length - 15 };
      Object.assign(sync, idle, { state: 'idle', finished_at: now() }, done);
    }, syncMilliseconds);
  }
}
