// SPDX-License-Identifier: Apache-2.0
import { fetchConfig } from '@dering/api/client';
import type { Config, Issuer } from '@dering/api/types';
import { callbackPath, Identity } from './identity';

const issuerKey = 'dering.issuer';

export type Notice = 'failed' | 'expired';

export type Boot =
  | { readonly kind: 'loading' }
  | { readonly kind: 'unreachable' }
  | { readonly kind: 'signed-out'; readonly config: Config; readonly notice?: Notice }
  | { readonly kind: 'signed-in'; readonly config: Config; readonly identity: Identity };

/** Finds out who is here: after a redirect, after a reload, or nobody yet. */
export async function boot(): Promise<Boot> {
  const config = await fetchConfig().catch(() => null);
  if (config === null) return { kind: 'unreachable' };
  const chosen = sessionStorage.getItem(issuerKey);
  const issuer = config.issuers.find(({ authority }) => authority === chosen);
  if (issuer === undefined) return { kind: 'signed-out', config };
  const identity = new Identity(issuer, location.origin);
  if (location.pathname === callbackPath) return finish(config, identity);
  const isKnown = await identity.restore();
  return isKnown ? { kind: 'signed-in', config, identity } : { kind: 'signed-out', config };
}

export async function signIn(issuer: Issuer): Promise<void> {
  sessionStorage.setItem(issuerKey, issuer.authority);
  await new Identity(issuer, location.origin).signIn();
}

async function finish(config: Config, identity: Identity): Promise<Boot> {
  try {
    await identity.finishSignIn();
    return { kind: 'signed-in', config, identity };
  } catch {
    return { kind: 'signed-out', config, notice: 'failed' };
  } finally {
    // The code in the address is spent; a reload must not present it again.
    history.replaceState(null, '', '/');
  }
}
