// SPDX-License-Identifier: Apache-2.0
import { UserManager } from 'oidc-client-ts';
import { isCallback } from './identity';

/** The phone inside a page of somebody else's, where no provider lets its sign-in be shown. */
export const isFramed = (): boolean => window.self !== window.top;

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
