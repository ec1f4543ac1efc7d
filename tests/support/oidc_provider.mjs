// An OpenID provider that starts within a second: oidc-provider from npm. In the style `keycloak` its
// access tokens look like Keycloak's, in the style `rfc9068` they are what the RFC says and no more.
import { createPrivateKey, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { SignJWT } from 'jose';
import Provider, { errors } from 'oidc-provider';
import { newPrivateKey } from './key_pair.mjs';
import { signInByForm } from './sign_in_form.mjs';

/** What a provider remembers; outlives the Provider object, which is made anew when keys change. */
class Memory {
  static shared() {
    const all = new Map();
    return class {
      constructor(kind) {
        this.kind = kind;
      }
      #key = (id) => `${this.kind}:${id}`;
      async upsert(id, payload, seconds) {
        all.set(this.#key(id), { payload, until: seconds ? Date.now() + seconds * 1000 : Infinity });
      }
      async find(id) {
        const found = all.get(this.#key(id));
        return found && found.until > Date.now() ? found.payload : undefined;
      }
      async findByUid(uid) {
        return this.#first((payload) => payload.uid === uid);
      }
      async findByUserCode(code) {
        return this.#first((payload) => payload.userCode === code);
      }
      #first(matches) {
        for (const [key, { payload, until }] of all) {
          if (key.startsWith(`${this.kind}:`) && until > Date.now() && matches(payload)) return payload;
        }
        return undefined;
      }
      async consume(id) {
        const found = all.get(this.#key(id));
        if (found) found.payload.consumed = Math.floor(Date.now() / 1000);
      }
      async destroy(id) {
        all.delete(this.#key(id));
      }
      async revokeByGrantId(grant) {
        for (const [key, { payload }] of all) if (payload.grantId === grant) all.delete(key);
      }
      static all = all;
    };
  }
}

const newKey = (kind = 'RS256') => ({ ...newPrivateKey(kind).export({ format: 'jwk' }), kid: randomUUID(), use: 'sig', alg: kind });
const publicPart = ({ kty, kid, use, alg, n, e, crv, x, y }) => ({ kty, kid, use, alg, n, e, crv, x, y });

/** The key for encryption that Keycloak publishes beside the others. */
const encryptionKey = () => ({ ...publicPart(newKey()), use: 'enc', alg: 'RSA-OAEP' });

export async function startOidcProvider({ style = 'keycloak', audience = 'dering-api', seconds = 300, origins = [] } = {}) {
  const provider = new OidcProvider({ style, audience, seconds });
  await provider.start();
  if (origins.length > 0) await provider.makeRealm(origins);
  return provider;
}

export class OidcProvider {
  client = 'dering-web';
  /** username → { sub, username, password, name, roles, groups, extension, enabled } */
  people = new Map();
  keys = [newKey()];
  extraKeys = [encryptionKey()];
  /** Requests by path since the start. */
  counts = new Map();

  constructor({ style, audience, seconds }) {
    Object.assign(this, { style, audience, seconds });
    this.memory = Memory.shared();
    this.cookieKey = randomUUID();
  }

  /** Listens; after a `kill`, on the same port and with all sign-ins still known. */
  async start() {
    this.server = createServer((request, response) => this.#serve(request, response));
    await new Promise((resolve, reject) => {
      this.server.once('error', reject).listen(this.port ?? 0, '127.0.0.1', resolve);
    });
    this.port ??= this.server.address().port;
    this.url = this.issuer = `http://localhost:${this.port}`;
    if (this.origins) this.#build();
  }
  /** Nobody answers any more, as after a crash. */
  async kill() {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
  stop() {
    return this.kill();
  }

  /** Registers the phone's client for these addresses, and the demo people; gives { username: password }. */
  async makeRealm(origins) {
    this.origins = origins;
    const people = [
      { username: 'siti', name: 'Siti Rahmawati', groups: ['/Fakultas Teknik/Teknik Informatika'], roles: ['user'] },
      { username: 'budi', name: 'Budi Santoso', groups: ['/Fakultas Ekonomi/Manajemen'], roles: ['user'] },
      { username: 'ayu', name: 'Ayu', groups: ['/Pusat TI'], roles: ['admin', 'user'] },
    ];
    for (const person of people) this.addPerson(person);
    this.#build();
    return Object.fromEntries([...this.people.values()].map(({ username, password }) => [username, password]));
  }
  addPerson(person) {
    this.people.set(person.username, { sub: randomUUID(), password: randomUUID(), enabled: true, roles: ['user'], groups: [], ...person });
  }
  #person(sub) {
    return [...this.people.values()].find((person) => person.sub === sub && person.enabled);
  }

  // What an administrator does, under the names that Keycloak's stand-in has.
  async tokenLife(seconds) {
    this.seconds = seconds;
    this.#build();
  }
  async changeUser(username, fields) {
    Object.assign(this.people.get(username), fields);
  }
  async setRoles(username, roles) {
    this.people.get(username).roles = roles;
  }
  async rotateKeys(kind = 'RS256') {
    this.keys.unshift(newKey(kind));
    this.#build();
  }
  async signOutEverywhere(username) {
    const { sub } = this.people.get(username);
    const client = await this.provider.Client.find(this.client);
    for (const [key, { payload }] of this.memory.all) {
      if (!key.startsWith('Session:') || payload.accountId !== sub) continue;
      const sid = payload.authorizations?.[this.client]?.sid;
      this.memory.all.delete(key);
      for (const [other, { payload: token }] of this.memory.all) if (token.sessionUid === payload.uid) this.memory.all.delete(other);
      if (sid) await client.backchannelLogout(sub, sid);
    }
  }
  /** Ends one session of a person and tells Dering, as "Sign out" beside a session does. */
  async signOutSession({ sub, sid }) {
    const client = await this.provider.Client.find(this.client);
    await client.backchannelLogout(sub, sid);
  }
  /** An access token of this provider's making that nobody signed in for; claims go over the usual ones. */
  async mint(username, claims = {}, header = {}) {
    const [key] = this.keys;
    const person = this.people.get(username);
    const now = Math.floor(Date.now() / 1000);
    const payload = { iss: this.issuer, aud: this.audience, azp: this.client, sub: person.sub, iat: now, exp: now + this.seconds, jti: randomUUID(), ...this.#claims({ accountId: person.sub, clientId: this.client, sid: randomUUID() }), ...claims };
    const signer = new SignJWT(payload).setProtectedHeader({ alg: key.alg, kid: key.kid, typ: 'JWT', ...header });
    return signer.sign(createPrivateKey({ key, format: 'jwk' }));
  }
  keyFetches() {
    return this.counts.get('/jwks') ?? 0;
  }
  signIn(origin, { username, password, ...rest }) {
    return signInByForm({ issuer: this.issuer, client: this.client, redirect: `${origin}/auth/callback`, username, password, ...rest });
  }

  async #serve(request, response) {
    response.shouldKeepAlive = false; // so that a restart surprises no idle connection
    const { pathname } = new URL(request.url, this.url);
    this.counts.set(pathname, (this.counts.get(pathname) ?? 0) + 1);
    if (pathname === '/jwks') {
      response.setHeader('content-type', 'application/jwk-set+json');
      response.end(JSON.stringify({ keys: [...this.keys.map(publicPart), ...this.extraKeys] }));
    } else if (pathname.startsWith('/interaction/')) {
      await this.#interact(request, response).catch((error) => {
        response.statusCode = error instanceof errors.SessionNotFound ? 400 : 500;
        response.end(String(error));
      });
    } else {
      this.handler(request, response);
    }
  }

  /** One form for name and password; consent is given by itself. */
  async #interact(request, response) {
    const { params } = await this.provider.interactionDetails(request, response);
    if (request.method === 'POST') {
      let body = '';
      for await (const part of request) body += part;
      const form = new URLSearchParams(body);
      const person = this.people.get(form.get('username'));
      if (person?.enabled && person.password === form.get('password')) {
        return this.provider.interactionFinished(request, response, { login: { accountId: person.sub } });
      }
    }
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(`<!doctype html><title>Sign in</title><h1>Stand-in provider</h1><p>for ${params.client_id}</p>
      <form method="post" action="${request.url}">
      <label>Name <input name="username" autofocus></label><label>Password <input name="password" type="password"></label>
      <button id="kc-login">Sign in</button></form>`);
  }

  #build() {
    this.provider = new Provider(this.issuer, this.#configuration());
    this.provider.on('server_error', (_, error) => console.error('oidc-provider:', error));
    this.handler = this.provider.callback();
  }

  #configuration() {
    const origins = this.origins;
    return {
      adapter: this.memory,
      clients: [
        {
          client_id: this.client,
          token_endpoint_auth_method: 'none',
          grant_types: ['authorization_code', 'refresh_token'],
          response_types: ['code'],
          redirect_uris: origins.map((origin) => `${origin}/auth/callback`),
          post_logout_redirect_uris: origins.map((origin) => `${origin}/`),
          backchannel_logout_uri: `${origins[0]}/oidc/backchannel-logout`,
          backchannel_logout_session_required: true,
        },
      ],
      jwks: { keys: this.keys },
      cookies: { keys: [this.cookieKey] },
      pkce: { required: () => true },
      scopes: ['openid', 'profile'],
      claims: { openid: ['sub', 'sid'], profile: ['name', 'preferred_username'] },
      clientBasedCORS: (_, origin) => origins.includes(origin),
      enabledJWA: { idTokenSigningAlgValues: ['RS256', 'ES256', 'PS256'] },
      // Its own way refuses loopback addresses, and nothing else is here.
      fetch: (url, { method, headers, body, signal }) => fetch(url, { method, headers, body, signal }),
      interactions: { url: (_, { uid }) => `/interaction/${uid}` },
      rotateRefreshToken: true,
      issueRefreshToken: async (_, client) => client.grantTypeAllowed('refresh_token'),
      findAccount: (_, sub) => {
        const person = this.#person(sub);
        return person && { accountId: sub, claims: async () => ({ sub, name: person.name, preferred_username: person.username }) };
      },
      loadExistingGrant: async (context) => this.#grant(context),
      ttl: { AccessToken: () => this.seconds, IdToken: 300, RefreshToken: 3600, Session: 3600, Grant: 3600, Interaction: 600, AuthorizationCode: 60 },
      extraTokenClaims: (_, token) => this.#claims(token),
      formats: { customizers: { jwt: (_, token, parts) => this.#disguise(token, parts) } },
      features: {
        devInteractions: { enabled: false },
        backchannelLogout: { enabled: true },
        rpInitiatedLogout: { enabled: true },
        userinfo: { enabled: false },
        resourceIndicators: {
          enabled: true,
          defaultResource: () => 'urn:dering',
          useGrantedResource: () => true,
          getResourceServerInfo: () => ({ scope: '', audience: this.audience, accessTokenFormat: 'jwt', jwt: { sign: { alg: this.keys[0].alg, kid: this.keys[0].kid } } }),
        },
      },
    };
  }

  async #grant({ oidc }) {
    const id = oidc.session.grantIdFor(oidc.client.clientId);
    const old = id && (await this.provider.Grant.find(id));
    if (old) return old;
    const grant = new this.provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId });
    grant.addOIDCScope('openid profile');
    grant.addResourceScope('urn:dering', '');
    await grant.save();
    return grant;
  }

  #claims(token) {
    const person = this.#person(token.accountId);
    if (!person) return {};
    const common = { name: person.name, preferred_username: person.username, groups: person.groups, ...(person.extension && { extension: person.extension }) };
    if (this.style === 'rfc9068') return common;
    return { ...common, typ: 'Bearer', azp: token.clientId, sid: token.sid, resource_access: { [this.audience]: { roles: person.roles } } };
  }
  #disguise(token, parts) {
    if (this.style === 'rfc9068') return;
    parts.header = { typ: 'JWT' };
    delete parts.payload.client_id;
    // Keycloak's form of an audience that is not alone.
    parts.payload.aud = ['account', this.audience];
  }
}
