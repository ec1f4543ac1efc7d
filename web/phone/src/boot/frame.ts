// SPDX-License-Identifier: Apache-2.0
import { basePath } from '@dering/api/base';
import { UserManager } from 'oidc-client-ts';
import { isCallback } from './identity';

/** The phone inside a page of somebody else's, where no provider lets its sign-in be shown. */
export const isFramed = (): boolean => window.self !== window.top;

/**
 * A frame in a page of another site, where browsers keep storage, locks and channels apart from those
 * of the phone's window. They take there no cookie that says SameSite=Strict (RFC 6265bis §5.7).
 */
export function isForeignFrame(): boolean {
  if (!isFramed()) return false;
  const name = 'dering.same-site';
  const keep = (seconds: number) => {
    const isSecure = location.protocol === 'https:' ? '; Secure' : '';
    document.cookie = `${name}=1; SameSite=Strict; Path=${basePath()}; Max-Age=${seconds}${isSecure}`;
  };
  try {
    keep(60);
    const isKept = document.cookie.includes(`${name}=1`);
    keep(0);
    return !isKept;
  } catch {
    return true;
  }
}

/** The frame that nobody sees, at the end of its way: the page around it waits for the address. */
export function isAnswerFrame(): boolean {
  if (window.parent === window || !isCallback()) return false;
  try {
    return window.parent.location.origin === location.origin;
  } catch {
    return false;
  }
}

export async function answerFrame(): Promise<void> {
  const address = { authority: location.origin, client_id: '-', redirect_uri: location.origin };
  await new UserManager(address).signinSilentCallback();
}
