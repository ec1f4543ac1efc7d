// SPDX-License-Identifier: Apache-2.0
// Just enough of an OpenID provider: choose a person, no password, unsigned tokens.
import { people } from './people.mjs';

const seconds = Number(process.env.TOKEN_SECONDS ?? 300);

const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
const now = () => Math.floor(Date.now() / 1000);

export function userOf(authorization = '') {
  try {
    const body = authorization.replace(/^Bearer /, '').split('.')[1];
    const { sub, exp } = JSON.parse(Buffer.from(body, 'base64url'));
    return exp > now() ? people.find(({ username }) => username === sub) : undefined;
  } catch {
    return undefined;
  }
}

export async function oidc(url, request, response, json) {
  const base = `${url.origin}/oidc`;
  switch (url.pathname) {
    case '/oidc/.well-known/openid-configuration':
      return json({
        issuer: base,
        authorization_endpoint: `${base}/authorize`,
        token_endpoint: `${base}/token`,
        end_session_endpoint: `${base}/end`,
        jwks_uri: `${base}/jwks`,
      });
    case '/oidc/authorize':
      return choose(url, response);
    case '/oidc/end':
      return response.writeHead(302, { Location: '/' }).end();
    case '/oidc/token': {
      let body = '';
      for await (const piece of request) body += piece;
      const form = new URLSearchParams(body);
      return json(tokensOf(base, form.get('code') ?? form.get('refresh_token')));
    }
    default:
      return json({}, 404);
  }
}

function tokensOf(issuer, username) {
  const claims = {
    iss: issuer,
    sub: username,
    aud: 'dering-web',
    iat: now(),
    exp: now() + seconds,
    jti: Math.random(),
  };
  const token = `${encode({ alg: 'none' })}.${encode(claims)}.x`;
  return {
    access_token: token,
    id_token: token,
    refresh_token: username,
    token_type: 'Bearer',
    expires_in: seconds,
  };
}

function choose(url, response) {
  const back = new URL(url.searchParams.get('redirect_uri'));
  back.searchParams.set('state', url.searchParams.get('state'));
  const links = people.map(({ username, name }) => {
    back.searchParams.set('code', username);
    return `<li><a id="${username}" href="${back}">${name}</a></li>`;
  });
  response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' });
  response.end(`<h1>Who are you?</h1><ul>${links.join('')}</ul>`);
}
