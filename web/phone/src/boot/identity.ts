// SPDX-License-Identifier: Apache-2.0
import { basePath } from '@dering/api/base';
import type { TokenSource } from '@dering/api/client';
import type { Issuer } from '@dering/api/types';
import {
  ErrorResponse,
  ErrorTimeout,
  UserManager,
  WebStorageStateStore,
  type User,
} from 'oidc-client-ts';
import type { TokenGiver } from './handed_token';
import { isEnd, Renewal, SignInEnded, type End, type Token } from './renewal';

export const callbackPath = '/auth/callback';
/** The provider has sent the browser back here. */
export const isCallback = (): boolean => location.pathname.endsWith(callbackPath);
const requestSeconds = 8;
const hiddenFrameSeconds = 6;

/** What a provider answers to prompt=none when a person has to do something first. */
const needsPerson = [
  'login_required',
  'interaction_required',
  'consent_required',
  'account_selection_required',
];

/** What the person reads here; the provider's pages shall not be in another language. */
const pageLanguage = (): string => document.documentElement.lang;

/** The provider's answer that it will not sign anybody in without showing a page. */
export const isLoginNeeded = (error: unknown): boolean =>
  error instanceof ErrorResponse && needsPerson.includes(error.error ?? '');

/** An answer to a question that this tab did not ask, or that was answered before. */
export const isStale = (error: unknown): boolean =>
  // The library tells it by its sentence only.
  error instanceof Error && error.message.includes('No matching state found');

/** No network, a time-out, or the page of a gateway: whatever is not an answer of the provider. */
export function isUnreachable(error: unknown): boolean {
  if (error instanceof TypeError || error instanceof ErrorTimeout) return true;
  // The library tells a status and a wrong type of content by its sentences only.
  const isOwn = error instanceof ErrorResponse || !(error instanceof Error);
  return !isOwn && /\(5\d\d\)|Content-Type/.test(error.message);
}

/**
 * What to ask for. To be renewed with, our own provider wants offline_access; for Keycloak that is
 * a token which outlives the sign-in, so that no sign-out would end it.
 */
function scopeOf(issuer: Issuer): string {
  const usual = issuer.kind === 'built-in' ? 'openid profile offline_access' : 'openid profile';
  return issuer.scope ?? usual;
}

/**
 * The signed-in person at one OpenID provider: Authorization Code with PKCE, refresh tokens that
 * rotate. Tokens live in sessionStorage, so that a reload needs no redirect and a closed tab forgets.
 */
export class Identity implements TokenSource {
  private readonly manager: UserManager;
  private readonly renewal = new Renewal(() => this.refresh());
  /** A portal that hands its tokens over. */
  private giver: TokenGiver | null = null;

  readonly watch = this.renewal.watch;
  readonly standing = this.renewal.standing;

  constructor(
    readonly issuer: Issuer,
    base: string,
  ) {
    const store = new WebStorageStateStore({ store: sessionStorage });
    this.manager = new UserManager({
      authority: issuer.authority,
      client_id: issuer.client_id,
      redirect_uri: base + callbackPath,
      silent_redirect_uri: base + callbackPath,
      post_logout_redirect_uri: `${base}/`,
      response_type: 'code',
      response_mode: 'query',
      scope: scopeOf(issuer),
      userStore: store,
      stateStore: store,
      automaticSilentRenew: false,
      monitorSession: false,
      loadUserInfo: false,
      requestTimeoutInSeconds: requestSeconds,
      silentRequestTimeoutInSeconds: requestSeconds,
    });
  }

  /** Who was here before a reload. `unreachable`: the token is too old and the issuer is down. */
  async restore(): Promise<'known' | 'nobody' | 'ended' | 'unreachable'> {
    const user = await this.manager.getUser();
    if (user === null) return 'nobody';
    this.renewal.set(tokenOf(user));
    if (user.expired !== true) return 'known';
    const isRenewed = await this.renew().then(
      () => true,
      () => false,
    );
    if (isRenewed) return 'known';
    if (!isEnd(this.standing())) return 'unreachable';
    await this.forget();
    return 'ended';
  }

  /** Leaves the page. With `silent` the provider answers at once, without showing a page. */
  async signIn(silent = false): Promise<void> {
    await this.manager.signinRedirect({
      ui_locales: pageLanguage(),
      // The way to the provider and back is nothing to go back to.
      redirectMethod: 'replace',
      ...(silent ? { prompt: 'none' } : {}),
    });
  }

  /** The same without leaving, for a page inside another page: by a frame that nobody sees. */
  async signInUnseen(): Promise<void> {
    const user = await this.manager.signinSilent({
      forceIframeAuth: true,
      silentRequestTimeoutInSeconds: hiddenFrameSeconds,
    });
    if (user === null) throw new Error('the provider gave no token');
    this.renewal.set(tokenOf(user));
  }

  /** With a token that a portal has handed over, and its next ones. Nothing of it is kept. */
  signInByPortal(token: Token, giver: TokenGiver): void {
    this.giver = giver;
    this.renewal.set(token);
  }

  /** Takes the code out of the address after the provider sent the browser back. */
  async finishSignIn(address: URL): Promise<void> {
    // RFC 9207: an answer of another provider must not be taken to this one.
    const from = address.searchParams.get('iss');
    if (from !== null && from !== this.issuer.authority) throw new ErrorResponse({ error: 'iss' });
    const user = (await this.manager.signinCallback(address.href)) ?? null;
    this.renewal.set(user && tokenOf(user));
  }

  async signOut(): Promise<void> {
    // The portal's sign-in is the portal's.
    if (this.giver !== null) return location.assign(basePath());
    try {
      await this.manager.signoutRedirect({ extraQueryParams: { ui_locales: pageLanguage() } });
    } catch {
      // A provider without an end_session_endpoint: forgetting the tokens is all there is to do.
      await this.forget();
      location.assign(basePath());
    }
  }

  async forget(): Promise<void> {
    await this.manager.removeUser();
  }

  readonly current = (): string => this.renewal.current();
  readonly renew = (): Promise<string> => this.renewal.renew();
  /** See Renewal. */
  readonly keepFresh = (onToken: (token: string) => void): (() => void) =>
    this.renewal.keep(onToken);

  /** The server says that the sign-in is over. */
  readonly end = (how: End): void => this.renewal.end(how);

  private async refresh(): Promise<Token> {
    const handed = await this.giver?.();
    if (handed) return handed;
    if (this.giver !== null) return this.signInAlone();
    const user = await this.manager.getUser();
    // Without a refresh token the library would show the provider in a frame.
    if (!user?.refresh_token) throw new SignInEnded();
    try {
      const renewed = await this.manager.signinSilent();
      if (renewed === null) throw new Error('the provider gave no token');
      return tokenOf(renewed);
    } catch (error) {
      const isRefused = error instanceof ErrorResponse && error.error === 'invalid_grant';
      throw isRefused ? new SignInEnded() : error;
    }
  }

  /** The portal's page is gone, or nobody is signed in there any more. */
  private async signInAlone(): Promise<Token> {
    try {
      await this.signInUnseen();
    } catch (error) {
      if (isUnreachable(error) && !(error instanceof ErrorTimeout)) throw error;
      throw new SignInEnded();
    }
    this.giver = null;
    const user = await this.manager.getUser();
    if (user === null) throw new SignInEnded();
    return tokenOf(user);
  }
}

function tokenOf(user: User): Token {
  return {
    value: user.access_token,
    expiresAt: user.expires_at === undefined ? null : user.expires_at * 1000,
    isRenewable: Boolean(user.refresh_token),
  };
}
