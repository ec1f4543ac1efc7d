// SPDX-License-Identifier: Apache-2.0
import { baseAddress } from '@dering/api/base';
import { ApiError, fetchConfig } from '@dering/api/client';
import type { Config, Issuer } from '@dering/api/types';
import { isForeignFrame, isFramed } from './frame';
import { Identity, isCallback, isLoginNeeded, isStale, isUnreachable } from './identity';
import type { End } from './renewal';
import { keepPlace, takePlace } from './place';
import { keepsNothing } from './storage';
import { handedToken, isTaken, type PortalTokens } from './handed_token';
import { lastIssuer, readMark, rememberIssuer, setMark, silentIssuer } from './silent';

const issuerKey = 'dering.issuer';

/** Why nobody is signed in, where that has to be said. */
export type Notice = 'failed' | 'stale' | 'issuerDown' | End;

export interface SignedOut {
  readonly kind: 'signed-out';
  readonly config: Config;
  readonly notice?: Notice | undefined;
  /** Whom the notice is about. */
  readonly issuer?: Issuer | undefined;
}

export type Boot =
  | { readonly kind: 'loading' }
  /** `detail`: why the server refuses, in its own words; '' where it said nothing. */
  | { readonly kind: 'unreachable'; readonly detail: string }
  /** The browser keeps nothing for this page. */
  | { readonly kind: 'keeps-nothing' }
  | SignedOut
  /** In a page of another site: shows and uses the phone of the window, and is none itself. */
  | { readonly kind: 'remote'; readonly config: Config }
  | { readonly kind: 'signed-in'; readonly config: Config; readonly identity: Identity };

/** What a page that has opened this one, or shows it, may do; null where there is none. */
export type PortalOf = (config: Config) => PortalTokens | null;

/** Finds out who is here: after a redirect, after a reload, signed in elsewhere, or nobody yet. */
export async function boot(portalOf: PortalOf = () => null): Promise<Boot> {
  const isForeign = isForeignFrame();
  if (!isForeign && keepsNothing()) return { kind: 'keeps-nothing' };
  const config = await fetchConfig().catch((error: unknown) => detailOf(error));
  if (typeof config === 'string') return { kind: 'unreachable', detail: config };
  const portal = portalOf(config);
  if (isForeign) return { kind: 'remote', config };
  const chosen = sessionStorage.getItem(issuerKey);
  const issuer = config.issuers.find(({ authority }) => authority === chosen);
  const isBack = isCallback();
  if (issuer === undefined) {
    if (isBack) history.replaceState(null, '', takePlace());
    const known = isBack ? null : await signInByPortal(config, portal);
    return known ?? signInUnasked(config, undefined, isBack ? 'stale' : undefined);
  }
  const identity = new Identity(issuer, baseAddress());
  if (isBack) return finish(config, identity);
  switch (await identity.restore()) {
    case 'known':
      return { kind: 'signed-in', config, identity };
    case 'unreachable':
      return { kind: 'signed-out', config, notice: 'issuerDown', issuer };
    case 'ended':
    case 'nobody':
      return (await signInByPortal(config, portal)) ?? signInUnasked(config, issuer);
  }
}

/** With the portal's own token, so that no page of the provider is asked for. */
async function signInByPortal(config: Config, portal: PortalTokens | null): Promise<Boot | null> {
  if (portal === null || readMark() !== null) return null;
  const giver = async () => handedToken(await portal.askToken(), config.issuers);
  const handed = await giver();
  if (handed === null) return null;
  if (!(await isTaken(handed.token))) {
    portal.refuseToken();
    return null;
  }
  const identity = new Identity(handed.issuer, baseAddress());
  identity.signInByPortal(handed.token, async () => (await giver())?.token ?? null);
  return signedIn(config, identity);
}

/** By a click. Leaves the page, or throws when the provider cannot be reached. */
export async function signIn(issuer: Issuer): Promise<void> {
  sessionStorage.setItem(issuerKey, issuer.authority);
  setMark('asked');
  keepPlace();
  await new Identity(issuer, baseAddress()).signIn();
}

export async function signOut(identity: Identity): Promise<void> {
  setMark('signed-out');
  await identity.signOut();
}

/** After the end of a sign-in nobody is signed in again without a click. */
export function endSignIn(config: Config, identity: Identity, how: End): SignedOut {
  setMark('ended');
  void identity.forget();
  return { kind: 'signed-out', config, notice: how, issuer: identity.issuer };
}

/** Asks the provider whether it knows the person already, if there is one to ask. */
async function signInUnasked(
  config: Config,
  before: Issuer | undefined,
  otherwise?: Notice,
): Promise<Boot> {
  const mark = readMark();
  const issuer = silentIssuer(config.issuers, lastIssuer(), mark);
  if (issuer === null) {
    const notice = mark === 'ended' ? mark : otherwise;
    return { kind: 'signed-out', config, notice, issuer: before };
  }
  const identity = new Identity(issuer, baseAddress());
  sessionStorage.setItem(issuerKey, issuer.authority);
  try {
    if (isFramed()) {
      await identity.signInUnseen();
      return signedIn(config, identity);
    }
    setMark('tried');
    keepPlace();
    await identity.signIn(true);
    // The browser is about to leave; until then the page goes on waiting.
    return await new Promise<never>(() => {});
  } catch (error) {
    setMark(null);
    return explain(config, identity, error);
  }
}

async function finish(config: Config, identity: Identity): Promise<Boot> {
  const address = new URL(location.href);
  // The code in the address is spent; a reload must not present it again.
  const place = takePlace();
  history.replaceState(null, '', place);
  const wasShown = readMark() === 'asked';
  try {
    await identity.finishSignIn(address);
    // Before this page lies the provider's form, which is spent: the first Back stays in the phone.
    if (wasShown) history.pushState(null, '', place);
    return signedIn(config, identity);
  } catch (error) {
    // By Back one comes to a form that was used already: the phone knows the person all the same.
    if (isStale(error) && (await identity.restore()) === 'known') return signedIn(config, identity);
    return explain(config, identity, error);
  }
}

function detailOf(error: unknown): string {
  return error instanceof ApiError ? error.detail : '';
}

function signedIn(config: Config, identity: Identity): Boot {
  setMark(null);
  rememberIssuer(identity.issuer.authority);
  return { kind: 'signed-in', config, identity };
}

function explain(config: Config, { issuer }: Identity, error: unknown): SignedOut {
  if (isLoginNeeded(error)) return { kind: 'signed-out', config };
  if (isStale(error)) return { kind: 'signed-out', config, notice: 'stale', issuer };
  const notice = isUnreachable(error) ? 'issuerDown' : 'failed';
  return { kind: 'signed-out', config, notice, issuer };
}
