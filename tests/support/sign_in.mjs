// Signs in at the built-in OpenID provider as a browser would: code flow with PKCE.
import { createHash, randomBytes } from 'node:crypto';

export const client = 'dering-web';

/** Gives { access_token, refresh_token, id_token, expires_in }. `origin` is http://localhost:port. */
export async function signIn(origin, { username, password }) {
  const verifier = randomBytes(32).toString('base64url');
  const challenge = createHash('sha256').update(verifier).digest('base64url');
  const redirect = `${origin}/auth/callback`;
  const query = new URLSearchParams({
    client_id: client,
    redirect_uri: redirect,
    response_type: 'code',
    scope: 'openid profile offline_access',
    state: 'state-of-test',
    nonce: 'nonce-of-test',
    code_challenge: challenge,
    code_challenge_method: 'S256',
  });
  const shown = await fetch(`${origin}/oidc/authorize?${query}`);
  const page = await shown.text();
  // As a browser does: the form is bound to the cookie that came with it.
  const cookie = shown.headers.getSetCookie().map((one) => one.split(';')[0]).join('; ');
  const ticket = page.match(/name="ticket"[^>]*value="([^"]+)"/)?.[1];
  if (!ticket) throw new Error(`no ticket in the sign-in page: ${page.slice(0, 400)}`);
  const answer = await fetch(`${origin}/oidc/authorize`, {
    method: 'POST',
    redirect: 'manual',
    headers: { cookie },
    body: new URLSearchParams({ ticket, username, password }),
  });
  const location = answer.headers.get('location');
  if (!location) throw new Error(`sign-in refused: ${answer.status} ${(await answer.text()).slice(0, 400)}`);
  const code = new URL(location).searchParams.get('code');
  return token(origin, { grant_type: 'authorization_code', code, redirect_uri: redirect, code_verifier: verifier });
}

export async function token(origin, fields) {
  const response = await fetch(`${origin}/oidc/token`, {
    method: 'POST',
    body: new URLSearchParams({ client_id: client, ...fields }),
  });
  const body = await response.json();
  if (!response.ok) throw Object.assign(new Error(`token endpoint: ${response.status} ${JSON.stringify(body)}`), { body });
  return body;
}

export async function api(origin, path, accessToken, { method = 'GET', body } = {}) {
  const response = await fetch(`${origin}${path}`, {
    method,
    headers: { authorization: `Bearer ${accessToken}`, ...(body !== undefined && { 'content-type': 'application/json' }) },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text ? JSON.parse(text) : null };
}
