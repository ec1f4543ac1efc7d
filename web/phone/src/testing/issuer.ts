// SPDX-License-Identifier: Apache-2.0
import type { Config, Issuer } from '@dering/api/types';

export const university: Issuer = {
  authority: 'https://sso.example/realms/dering',
  client_id: 'dering-web',
  label: 'Universitas',
  kind: 'external',
};
export const local: Issuer = {
  authority: 'https://phone.example/oidc',
  client_id: 'dering-web',
  label: 'Dering',
  kind: 'built-in',
};

export const configOf = (...issuers: Issuer[]): Config => ({
  issuers,
  sip: { websocket: '/ws/sip', domain: 'dering' },
  audience: 'dering-api',
  version: '0',
});

const part = (value: object) => btoa(JSON.stringify(value)).replace(/=/g, '');

/** An access token of a portal's own client, good for five minutes. */
export function portalToken(issuer: Issuer, name: string): string {
  const claims = { iss: issuer.authority, sub: name, exp: Math.floor(Date.now() / 1000) + 300 };
  return `${part({ alg: 'none' })}.${part(claims)}.`;
}

function tokensOf(issuer: Issuer, name: string, refresh: boolean) {
  const now = Math.floor(Date.now() / 1000);
  const claims = { iss: issuer.authority, aud: issuer.client_id, sub: name };
  return {
    access_token: `access-${name}`,
    id_token: `${part({ alg: 'none' })}.${part({ ...claims, iat: now, exp: now + 300 })}.`,
    ...(refresh ? { refresh_token: `refresh-${name}` } : {}),
    token_type: 'Bearer',
    expires_in: 300,
  };
}

/** The network as a page sees it: our server, and OpenID providers that can be taken down. */
export class FakeNetwork {
  config: Config | null;
  /** What /config.json answers instead. */
  configAnswer: Response | null = null;
  isDown = false;
  givesRefreshToken = true;
  /** What the token endpoint answers instead of tokens. */
  refusal: { status: number; body: object | string } | null = null;
  /** Tokens that the API takes. */
  taken: string[] = [];
  asked: string[] = [];
  forms: URLSearchParams[] = [];

  constructor(...issuers: Issuer[]) {
    this.config = configOf(...issuers);
  }

  readonly fetch = (input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> => {
    const [address = ''] = (input instanceof Request ? input.url : String(input)).split('?');
    this.asked.push(address);
    if (address === '/config.json') {
      if (this.configAnswer !== null) return Promise.resolve(this.configAnswer);
      return Promise.resolve(
        this.config === null ? new Response('', { status: 503 }) : Response.json(this.config),
      );
    }
    if (address === '/api/v1/me') {
      const shown = new Headers(init.headers).get('Authorization') ?? '';
      const isTaken = this.taken.includes(shown.replace('Bearer ', ''));
      return Promise.resolve(new Response('', { status: isTaken ? 200 : 401 }));
    }
    const issuer = this.config?.issuers.find(({ authority }) => address.startsWith(authority));
    if (this.isDown || issuer === undefined) return Promise.reject(new TypeError('no network'));
    if (address.endsWith('/.well-known/openid-configuration')) {
      return Promise.resolve(Response.json(metadataOf(issuer)));
    }
    return Promise.resolve(this.token(issuer, init));
  };

  private token(issuer: Issuer, { body }: RequestInit): Response {
    const form = new URLSearchParams(String(body));
    this.forms.push(form);
    if (this.refusal === null) {
      return Response.json(tokensOf(issuer, 'budi', this.givesRefreshToken));
    }
    const { status, body: refused } = this.refusal;
    if (typeof refused !== 'string') return Response.json(refused, { status });
    return new Response(refused, { status, headers: { 'Content-Type': 'text/html' } });
  }
}

function metadataOf({ authority }: Issuer) {
  return {
    issuer: authority,
    authorization_endpoint: `${authority}/auth`,
    token_endpoint: `${authority}/token`,
    end_session_endpoint: `${authority}/logout`,
    jwks_uri: `${authority}/jwks`,
  };
}
