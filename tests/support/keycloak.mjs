// A real Keycloak of the test's own: a fresh database, the realm of deploy/keycloak, short sessions on
// request. Fetched once into a cache folder by tools/keycloak.sh.
import { execFile, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { freePort } from './free_port.mjs';
import { signInByForm } from './sign_in_form.mjs';

const run = promisify(execFile);
const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const script = join(root, 'tools/keycloak.sh');
const adminPassword = 'admin-of-the-test';

/** Fetches and builds Keycloak if the cache lacks it. Gives the sentence that says why it cannot be had, or ''. */
export async function whyNoKeycloak() {
  try {
    await run(script, ['prepare'], { timeout: 900_000 });
    return '';
  } catch (error) {
    if (error.code === 3) return error.stderr.trim().split('\n').at(-1);
    throw error;
  }
}

export async function startKeycloak() {
  const folder = await mkdtemp(join(tmpdir(), 'dering-keycloak-'));
  const keycloak = new Keycloak(folder, await freePort());
  await keycloak.start();
  return keycloak;
}

export class Keycloak {
  constructor(folder, port) {
    Object.assign(this, { folder, port });
    this.url = `http://localhost:${port}`;
    this.realm = 'dering';
    this.issuer = `${this.url}/realms/dering`;
    this.client = 'dering-web';
  }

  /** Starts it, or starts it again with the same database. */
  async start() {
    const log = openSync(join(this.folder, 'keycloak.log'), 'a');
    this.child = spawn(script, ['serve', this.folder, String(this.port)], {
      stdio: ['ignore', log, log],
      detached: true, // a process group of its own: the script's Java ends with it
      env: { ...process.env, KC_BOOTSTRAP_ADMIN_USERNAME: 'admin', KC_BOOTSTRAP_ADMIN_PASSWORD: adminPassword },
    });
    closeSync(log);
    this.exited = new Promise((resolve) => this.child.once('exit', resolve));
    const deadline = Date.now() + 300_000;
    for (;;) {
      const answer = await fetch(`${this.url}/realms/master`).catch(() => null);
      if (answer?.ok) return;
      if (this.child.exitCode !== null || Date.now() > deadline) {
        throw new Error(`Keycloak did not start\n${(await readFile(join(this.folder, 'keycloak.log'), 'utf8')).slice(-3000)}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }

  /** Ends the process at once, as a crash would; `start` brings it back. */
  async kill() {
    process.kill(-this.child.pid, 'SIGKILL');
    await this.exited;
  }

  async stop() {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      process.kill(-this.child.pid, 'SIGTERM');
      const late = setTimeout(() => process.kill(-this.child.pid, 'SIGKILL'), 60_000);
      await this.exited;
      clearTimeout(late);
    }
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Runs deploy/keycloak/apply.sh; gives what it printed. */
  async apply(origins, ...options) {
    const args = ['--keycloak', this.url, '--realm', this.realm, ...origins.flatMap((origin) => ['--dering', origin]), ...options];
    const { stdout } = await run(join(root, 'deploy/keycloak/apply.sh'), args, { env: { ...process.env, KEYCLOAK_ADMIN_PASSWORD: adminPassword } });
    return stdout;
  }

  get secretFile() {
    return join(this.folder, 'sync-secret');
  }
  /** Makes the realm with its demo groups and people; gives { username: password }. */
  async makeRealm(origins) {
    const passwords = join(this.folder, 'passwords');
    await this.apply(origins, '--create', '--secret-file', this.secretFile, '--demo', passwords);
    const lines = (await readFile(passwords, 'utf8')).trim().split('\n');
    return Object.fromEntries(lines.map((line) => line.split(' ')));
  }

  /** The Admin API below the realm: `admin('GET', '/users?…')`. Gives the parsed body. */
  async admin(method, path, body) {
    const response = await fetch(`${this.url}/admin/realms/${this.realm}${path}`, {
      method,
      headers: { authorization: `Bearer ${await this.#adminToken()}`, ...(body !== undefined && { 'content-type': 'application/json' }) },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text ? JSON.parse(text) : null;
  }
  #token = { value: '', until: 0 };
  async #adminToken() {
    if (Date.now() < this.#token.until) return this.#token.value;
    const response = await fetch(`${this.url}/realms/master/protocol/openid-connect/token`, {
      method: 'POST',
      body: new URLSearchParams({ grant_type: 'password', client_id: 'admin-cli', username: 'admin', password: adminPassword }),
    });
    const body = await response.json();
    if (!response.ok) throw new Error(`Keycloak's administrator: ${JSON.stringify(body)}`);
    this.#token = { value: body.access_token, until: Date.now() + (body.expires_in - 20) * 1000 };
    return body.access_token;
  }

  async user(username) {
    const [found] = await this.admin('GET', `/users?exact=true&username=${encodeURIComponent(username)}`);
    if (!found) throw new Error(`Keycloak has no ${username}`);
    return this.admin('GET', `/users/${found.id}`);
  }
  async changeUser(username, fields) {
    const user = await this.user(username);
    await this.admin('PUT', `/users/${user.id}`, { ...user, ...fields });
  }
  async clientNamed(name) {
    const [found] = await this.admin('GET', `/clients?clientId=${name}`);
    return found;
  }
  /** Seconds that access tokens of the phone live. */
  async tokenLife(seconds) {
    const client = await this.clientNamed('dering-web');
    client.attributes['access.token.lifespan'] = String(seconds);
    await this.admin('PUT', `/clients/${client.id}`, client);
  }
  /** Ends the sessions of a user everywhere, as "Sign out all sessions" in the console does. */
  async signOutEverywhere(username) {
    const { id } = await this.user(username);
    await this.admin('POST', `/users/${id}/logout`);
  }
  /** A new signing key of higher priority; the old one stays for verification. */
  async rotateKeys(algorithm = 'RS256') {
    const { id } = await this.admin('GET', '');
    const provider = algorithm.startsWith('ES') ? 'ecdsa-generated' : 'rsa-generated';
    await this.admin('POST', '/components', {
      name: `fresh-${Date.now()}`,
      providerId: provider,
      providerType: 'org.keycloak.keys.KeyProvider',
      parentId: id,
      config: { priority: [String(Math.floor(Date.now() / 1000))], enabled: ['true'], active: ['true'], ...(provider === 'rsa-generated' ? { algorithm: [algorithm], keySize: ['2048'] } : { ecdsaEllipticCurveKey: ['P-256'] }) },
    });
  }

  /** Tokens by Keycloak's own sign-in form; see signInByForm. */
  signIn(origin, { username, password, ...rest }) {
    return signInByForm({ issuer: this.issuer, client: this.client, redirect: `${origin}/auth/callback`, username, password, ...rest });
  }
}
