// SPDX-License-Identifier: Apache-2.0
import type { TokenSource } from '@dering/api/client';
import type { Issuer } from '@dering/api/types';
import { type User, UserManager, WebStorageStateStore } from 'oidc-client-ts';

export const callbackPath = '/auth/callback';
const renewSecondsBeforeExpiry = 60;

/**
 * The signed-in person at one OpenID provider: Authorization Code with PKCE, refresh tokens that
 * rotate. Tokens live in sessionStorage, so that a reload needs no redirect and a closed tab forgets.
 */
export class Identity implements TokenSource {
  private readonly manager: UserManager;
  private user: User | null = null;
  private renewal: Promise<string> | null = null;

  constructor(issuer: Issuer, origin: string) {
    const store = new WebStorageStateStore({ store: sessionStorage });
    this.manager = new UserManager({
      authority: issuer.authority,
      client_id: issuer.client_id,
      redirect_uri: origin + callbackPath,
      post_logout_redirect_uri: `${origin}/`,
      response_type: 'code',
      response_mode: 'query',
      scope: 'openid profile offline_access',
      userStore: store,
      stateStore: store,
      automaticSilentRenew: false,
      monitorSession: false,
      loadUserInfo: false,
      accessTokenExpiringNotificationTimeInSeconds: renewSecondsBeforeExpiry,
    });
    this.manager.events.addUserLoaded((user) => {
      this.user = user;
    });
  }

  /** The person of before a reload; null when nobody is signed in, or no longer. */
  async restore(): Promise<boolean> {
    this.user = await this.manager.getUser();
    if (this.user?.expired === true) await this.renew().catch(() => this.forget());
    return this.user !== null;
  }

  async signIn(): Promise<void> {
    await this.manager.signinRedirect();
  }

  /** Takes the code out of the address after the provider sent the browser back. */
  async finishSignIn(): Promise<void> {
    this.user = (await this.manager.signinCallback()) ?? null;
  }

  async signOut(): Promise<void> {
    try {
      await this.manager.signoutRedirect();
    } catch {
      // A provider without an end_session_endpoint: forgetting the tokens is all there is to do.
      await this.forget();
      location.assign('/');
    }
  }

  async forget(): Promise<void> {
    this.user = null;
    await this.manager.removeUser();
  }

  current(): string {
    return this.user?.access_token ?? '';
  }

  /** One renewal at a time: a refresh token that is used twice ends the whole sign-in. */
  renew(): Promise<string> {
    this.renewal ??= this.refresh().finally(() => {
      this.renewal = null;
    });
    return this.renewal;
  }

  /**
   * Renews before each expiry until the returned function is called. Only for the tab that owns the
   * telephone: a duplicated tab holds the same refresh token.
   */
  keepFresh(onToken: (token: string) => void, onEnd: () => void): () => void {
    const renew = () => {
      // A failure of the network is tried again at the expiry and by the next request.
      this.renew().catch(() => {});
    };
    const expire = () => {
      this.renew().catch(onEnd);
    };
    const { events } = this.manager;
    const forget = [
      events.addUserLoaded((user) => onToken(user.access_token)),
      events.addAccessTokenExpiring(renew),
      events.addAccessTokenExpired(expire),
    ];
    void this.manager.getUser();
    return () => {
      for (const each of forget) each();
    };
  }

  private async refresh(): Promise<string> {
    this.user = await this.manager.signinSilent();
    if (this.user === null) throw new Error('the provider gave no token');
    return this.user.access_token;
  }
}
