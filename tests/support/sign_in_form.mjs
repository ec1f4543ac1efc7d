// Authorization Code with PKCE at any OpenID provider whose pages are plain forms, without a browser:
// follows redirects, keeps cookies, fills in the first form that asks for a password.
import { createHash, randomBytes } from 'node:crypto';

/** Cookies of one person's browser; with them a second sign-in is silent. */
export class Cookies {
  #all = new Map();

  take(response) {
    for (const line of response.headers.getSetCookie()) {
      const [pair, ...rest] = line.split(';');
      const at = pair.indexOf('=');
      const gone = rest.some((part) => /^\s*max-age=0\s*$/i.test(part)) || at === pair.length - 1;
      if (gone) this.#all.delete(pair.slice(0, at));
      else this.#all.set(pair.slice(0, at), pair.slice(at + 1));
    }
  }
  get header() {
    return [...this.#all].map(([name, value]) => `${name}=${value}`).join('; ');
  }
}

const discovered = new Map();
export async function discovery(issuer) {
  if (!discovered.has(issuer)) {
    const response = await fetch(`${issuer}/.well-known/openid-configuration`);
    if (!response.ok) throw new Error(`discovery of ${issuer}: ${response.status}`);
    discovered.set(issuer, await response.json());
  }
  return discovered.get(issuer);
}

const unescape = (text) => text.replaceAll('&amp;', '&').replaceAll('&quot;', '"').replaceAll('&#39;', "'");

/**
 * Gives { access_token, refresh_token, id_token, … , cookies, prompts } where prompts counts the
 * forms that a person would have seen; { error } when the provider answered with one.
 */
export async function signInByForm({ issuer, client, redirect, username, password, scope = 'openid profile', prompt, cookies = new Cookies(), extra = {} }) {
  const { authorization_endpoint: authorize, token_endpoint: endpoint } = await discovery(issuer);
  const verifier = randomBytes(32).toString('base64url');
  const query = new URLSearchParams({
    client_id: client,
    redirect_uri: redirect,
    response_type: 'code',
    scope,
    state: randomBytes(8).toString('hex'),
    nonce: randomBytes(8).toString('hex'),
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...(prompt && { prompt }),
    ...extra,
  });
  let prompts = 0;
  let request = { url: `${authorize}?${query}`, method: 'GET' };
  for (let step = 0; step < 12; step++) {
    const response = await fetch(request.url, {
      method: request.method,
      body: request.body,
      redirect: 'manual',
      headers: { cookie: cookies.header },
    });
    cookies.take(response);
    const location = response.headers.get('location');
    if (location) {
      const next = new URL(location, request.url);
      if (next.href.startsWith(redirect)) return exchange(endpoint, { client, redirect, verifier, next, cookies, prompts });
      request = { url: next.href, method: 'GET' };
      continue;
    }
    const page = await response.text();
    const form = page.match(/<form[^>]*action="([^"]+)"[^>]*>([\s\S]*?)<\/form>/);
    if (!form) throw new Error(`no form and no redirect: ${response.status} ${page.slice(0, 800)}`);
    if (++prompts > 2) throw new Error(`the sign-in form comes again: ${page.replace(/<[^>]*>|\s+/g, ' ').slice(0, 400)}`);
    const fields = new URLSearchParams();
    for (const [, tag] of form[2].matchAll(/<input([^>]*)>/g)) {
      const name = tag.match(/name="([^"]*)"/)?.[1];
      if (name && /type="hidden"/.test(tag)) fields.set(name, unescape(tag.match(/value="([^"]*)"/)?.[1] ?? ''));
    }
    fields.set('username', username);
    fields.set('password', password);
    request = { url: new URL(unescape(form[1]), request.url).href, method: 'POST', body: fields };
  }
  throw new Error('too many redirects');
}

async function exchange(endpoint, { client, redirect, verifier, next, cookies, prompts }) {
  const code = next.searchParams.get('code');
  if (!code) return { error: next.searchParams.get('error'), cookies, prompts };
  const tokens = await askForToken(endpoint, { client_id: client, grant_type: 'authorization_code', code, redirect_uri: redirect, code_verifier: verifier });
  return { ...tokens, cookies, prompts };
}

/** One request to a token endpoint; throws with `body` when it is refused. */
export async function askForToken(endpoint, fields) {
  const response = await fetch(endpoint, { method: 'POST', body: new URLSearchParams(fields) });
  const body = await response.json();
  if (!response.ok) throw Object.assign(new Error(`token endpoint: ${response.status} ${JSON.stringify(body)}`), { body });
  return body;
}

export async function refresh({ issuer, client, token }) {
  const { token_endpoint: endpoint } = await discovery(issuer);
  return askForToken(endpoint, { client_id: client, grant_type: 'refresh_token', refresh_token: token });
}

/** What a JWT says, unverified. */
export const claimsOf = (jwt) => JSON.parse(Buffer.from(jwt.split('.')[1], 'base64url'));
