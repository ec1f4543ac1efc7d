// SPDX-License-Identifier: Apache-2.0
// Just enough of an OpenID provider: choose a person, no password, unsigned tokens. It remembers the
// browser by a cookie, so that the next sign-in, or one with prompt=none, needs no choice.
const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
const now = () => Math.floor(Date.now() / 1000);

/** The claims of a bearer token that is not too old; nothing is checked beyond that. */
export function claimsOf(authorization = '') {
  try {
    const body = authorization.replace(/^Bearer /, '').split('.')[1];
    const claims = JSON.parse(Buffer.from(body, 'base64url'));
    return claims.exp > now() ? claims : undefined;
  } catch {
    return undefined;
  }
}

export class Provider {
  isDown = false;
  #ended = new Set(); // sids
  #people;
  #seconds;
  #path;
  #cookie;

  constructor({ people, seconds, path }) {
    Object.assign(this, { people });
    this.#people = people;
    this.#seconds = seconds;
    this.#path = path;
    this.#cookie = `sso${path.replaceAll('/', '-')}`;
  }

  /** From now on the tokens of this person, of every browser, are worth nothing. */
  end(username) {
    this.#ended.add(username);
  }
  hasEnded(sid) {
    return this.#ended.has(sid.split(':')[0]) && !sid.endsWith(':new');
  }

  /** True when the request was for the provider. */
  async answer(url, request, response) {
    if (!url.pathname.startsWith(this.#path)) return false;
    if (this.isDown) request.socket.destroy();
    else await this.#answer(url, request, response);
    return true;
  }

  async #answer(url, request, response) {
    const base = url.origin + this.#path;
    const headers = {
      'Content-Type': 'application/json',
      'Cache-Control': 'no-store',
      'Access-Control-Allow-Origin': '*',
    };
    const json = (value, status = 200) =>
      response.writeHead(status, headers).end(JSON.stringify(value));
    switch (url.pathname.slice(this.#path.length)) {
      case '/.well-known/openid-configuration':
        return json({
          issuer: base,
          authorization_endpoint: `${base}/authorize`,
          token_endpoint: `${base}/token`,
          end_session_endpoint: `${base}/end`,
          jwks_uri: `${base}/jwks`,
        });
      case '/authorize':
        return this.#authorize(url, request, response);
      case '/choose':
        return this.#chosen(url, response);
      case '/end':
        response.writeHead(302, {
          Location: url.searchParams.get('post_logout_redirect_uri') ?? '/',
          'Set-Cookie': `${this.#cookie}=; Path=/; Max-Age=0`,
        });
        return response.end();
      case '/token': {
        let body = '';
        for await (const piece of request) body += piece;
        const form = new URLSearchParams(body);
        const sid = form.get('code') ?? form.get('refresh_token');
        if (this.hasEnded(sid)) return json({ error: 'invalid_grant' }, 400);
        return json(this.#tokens(base, form.get('client_id'), sid));
      }
      default:
        return json({}, 404);
    }
  }

  #tokens(iss, aud, sid) {
    const [sub] = sid.split(':');
    const claims = {
      iss,
      sub,
      aud,
      sid,
      iat: now(),
      exp: now() + this.#seconds,
      jti: Math.random(),
    };
    const token = `${encode({ alg: 'none' })}.${encode(claims)}.x`;
    return {
      access_token: token,
      id_token: token,
      refresh_token: sid,
      token_type: 'Bearer',
      expires_in: this.#seconds,
    };
  }

  #authorize(url, request, response) {
    const known = new RegExp(`${this.#cookie}=([^;]+)`).exec(request.headers.cookie ?? '')?.[1];
    if (known !== undefined && !this.hasEnded(known))
      return this.#back(url, response, { code: known });
    if (url.searchParams.get('prompt') === 'none')
      return this.#back(url, response, { error: 'login_required' });
    const links = this.#people.slice(0, 10).map(({ username, name }) => {
      const to = new URL(url);
      to.pathname = `${this.#path}/choose`;
      to.searchParams.set('username', username);
      return `<li><a id="${username}" href="${to.pathname}${to.search}">${name}</a></li>`;
    });
    // Like every provider's, this page is not shown inside another one.
    response.writeHead(200, {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': "frame-ancestors 'self'",
    });
    return response.end(`<h1>Who are you?</h1><ul>${links.join('')}</ul>`);
  }

  #chosen(url, response) {
    const username = url.searchParams.get('username');
    const sid = this.#ended.has(username) ? `${username}:new` : username;
    response.setHeader('Set-Cookie', `${this.#cookie}=${sid}; Path=/; SameSite=Lax`);
    return this.#back(url, response, { code: sid });
  }

  #back(url, response, answer) {
    const back = new URL(url.searchParams.get('redirect_uri'));
    back.searchParams.set('state', url.searchParams.get('state'));
    for (const [name, value] of Object.entries(answer)) back.searchParams.set(name, value);
    response.writeHead(302, { Location: back.href }).end();
  }
}
