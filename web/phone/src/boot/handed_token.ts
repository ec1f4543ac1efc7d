// SPDX-License-Identifier: Apache-2.0
import { at } from '@dering/api/base';
import type { Issuer } from '@dering/api/types';
import type { Token } from './renewal';

/** What a page of a portal has to do with the sign-in. */
export interface PortalTokens {
  /** An access token of who is signed in there; null if there is none. */
  readonly askToken: () => Promise<string | null>;
  /** The server does not take it. */
  readonly refuseToken: () => void;
}
export type TokenGiver = () => Promise<Token | null>;

export interface Handed {
  readonly issuer: Issuer;
  readonly token: Token;
}

interface Claims {
  readonly iss?: unknown;
  readonly exp?: unknown;
}

/** What the token says of itself (RFC 7519), unproven: the server proves it. */
function claimsOf(token: string): Claims {
  try {
    const [, payload = ''] = token.split('.');
    const claims: unknown = JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/')));
    return typeof claims === 'object' && claims !== null ? claims : {};
  } catch {
    return {};
  }
}

/** The token of the portal, by whose word it is; null for anything that is no token of an issuer here. */
export function handedToken(token: string | null, issuers: readonly Issuer[]): Handed | null {
  if (token === null) return null;
  const { iss, exp } = claimsOf(token);
  const issuer = issuers.find(({ authority }) => authority === iss);
  if (issuer === undefined || typeof exp !== 'number') return null;
  return { issuer, token: { value: token, expiresAt: exp * 1000, isRenewable: true } };
}

/** Whether the server knows a person by it. */
export async function isTaken({ value }: Token): Promise<boolean> {
  const headers = { Authorization: `Bearer ${value}` };
  const signal = AbortSignal.timeout(8_000);
  const answer = await fetch(at('/api/v1/me'), { headers, signal }).catch(() => null);
  return answer?.ok === true;
}
