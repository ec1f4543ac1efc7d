// SPDX-License-Identifier: Apache-2.0
import type { Issuer } from '@dering/api/types';

/** What happened in this tab, so that no page leads to the provider and back for ever. */
export type Mark = 'tried' | 'asked' | 'signed-out' | 'ended';

const markKey = 'dering.silent';
const lastKey = 'dering.last-issuer';

export function readMark(): Mark | null {
  return sessionStorage.getItem(markKey) as Mark | null;
}

export function setMark(mark: Mark | null): void {
  if (mark === null) sessionStorage.removeItem(markKey);
  else sessionStorage.setItem(markKey, mark);
}

export const lastIssuer = (): string | null => localStorage.getItem(lastKey);
export const rememberIssuer = (authority: string): void => localStorage.setItem(lastKey, authority);

/**
 * Where to ask, without a click, whether the person is signed in already: the issuer that was used
 * last, or the only external one. Local accounts are asked for nobody who never had one here: our
 * own provider knows them for as long as a tab is open and a little longer. Never after a sign-out,
 * and never twice.
 */
export function silentIssuer(
  issuers: readonly Issuer[],
  last: string | null,
  mark: Mark | null,
): Issuer | null {
  if (mark !== null) return null;
  const external = issuers.filter(({ kind }) => kind === 'external');
  const only = external.length === 1 ? external[0] : undefined;
  return issuers.find(({ authority }) => authority === last) ?? only ?? null;
}
