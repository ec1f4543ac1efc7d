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

/**
 * Fetches and builds Keycloak if the cache lacks it. Gives the sentence that says why it cannot be had,
 * or false.
 */
export async function whyNoKeycloak() {
  try {
    await run(script, ['prepare'], { timeout: 900_000 });
    return false;
  } catch (error) {
    if (error.code === 3) return error.stderr.trim().split('\n').at(-1);
    throw error;
  }
}

export async function startKeycloak() {
  const folder = await mkdtemp(join(tmpdir(), 'dering-keycloak-'));
  const server = new KeycloakServer(folder, await freePort());
  // A test that is stopped from outside must not leave half a gigabyte of Keycloak behind.
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.once(signal, () => {
      try {
        process.kill(-server.child.pid, 'SIGKILL');
      } finally {
        process.exit(1);
      }
    });
  }
  await server.start();
  return server;
}

export class KeycloakServer {
  constructor(folder, port) {
    Object.assign(this, { folder, port });
    this.url = `http://localhost:${port}`;
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
    // Its database, H2, writes what was committed up to half a second later.
    await new Promise((resolve) => setTimeout(resolve, 1000));
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

  /** A request to the Admin API; gives the parsed body. */
  async admin(method, path, body) {
    const response = await fetch(`${this.url}/admin/realms${path}`, {
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
  /** The administrator's rights on a new realm come with a new token only. */
  forgetAdmin() {
    this.#token.until = 0;
  }
}

/** One realm of a Keycloak that several suites share: what a test needs of a provider. */
export class KeycloakRealm {
  client = 'dering-web';
  constructor(server, realm = 'dering') {
    Object.assign(this, { server, realm });
    this.issuer = `${server.url}/realms/${realm}`;
  }
  start() {
    return this.server.start();
  }
  kill() {
    return this.server.kill();
  }
  /** The server goes on; the realm is left behind in a folder that goes with the server. */
  async stop() {}

  /** Runs deploy/keycloak/apply.sh; gives what it printed. */
  async apply(origins, ...options) {
    const args = ['--keycloak', this.server.url, '--realm', this.realm, ...origins.flatMap((origin) => ['--dering', origin]), ...options];
    const { stdout } = await run(join(root, 'deploy/keycloak/apply.sh'), args, { env: { ...process.env, KEYCLOAK_ADMIN_PASSWORD: adminPassword } });
    return stdout;
  }

  /** Runs what a document types; gives what it printed. */
  async typed(words) {
    const { stdout } = await run('sh', ['-ec', words], { cwd: root, env: { ...process.env, KEYCLOAK_ADMIN_PASSWORD: adminPassword } });
    return stdout;
  }

  get secretFile() {
    return join(this.server.folder, `sync-secret-${this.realm}`);
  }
  /** Makes the realm with its demo groups and people; gives { username: password }. */
  async makeRealm(origins) {
    const passwords = join(this.server.folder, `passwords-${this.realm}`);
    await this.apply(origins, '--create', '--secret-file', this.secretFile, '--demo', passwords);
    this.server.forgetAdmin();
    const lines = (await readFile(passwords, 'utf8')).trim().split('\n');
    return Object.fromEntries(lines.map((line) => line.split(' ')));
  }

  /** The Admin API below the realm: `admin('GET', '/users?…')`. */
  admin(method, path, body) {
    return this.server.admin(method, `/${this.realm}${path}`, body);
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
  /** Ends one session of a person, as "Sign out" beside a session does. */
  async signOutSession({ sid }) {
    await this.admin('DELETE', `/sessions/${sid}`);
  }
  /** Exactly these roles of dering-api, whatever everybody has by default. */
  async setRoles(username, roles) {
    const { id } = await this.user(username);
    const client = await this.clientNamed('dering-api');
    const all = await this.admin('GET', `/clients/${client.id}/roles`);
    const path = `/users/${id}/role-mappings/clients/${client.id}`;
    await this.admin('DELETE', path, await this.admin('GET', path));
    await this.admin('POST', path, all.filter(({ name }) => roles.includes(name)));
    const realm = `/users/${id}/role-mappings/realm`;
    const everybody = (await this.admin('GET', realm)).filter(({ name }) => name.startsWith('default-roles-'));
    if (everybody.length > 0) await this.admin('DELETE', realm, everybody);
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
