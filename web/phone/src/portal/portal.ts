// SPDX-License-Identifier: Apache-2.0
import i18next from 'i18next';
import { PortalLink } from './portal_link';

/** The page of a portal that shows this one or has opened it; null where there is none. */
function otherPage(): Window | null {
  if (window.parent !== window) return window.parent;
  return window.opener as Window | null;
}

function linkTo(other: Window | null): PortalLink | null {
  if (other === null) return null;
  return new PortalLink({
    other,
    here: window,
    now: () => performance.now(),
    wordsFor: (reason) => i18next.t(`portal.${reason}`),
  });
}

/** One for the page's life: a portal that was told of the phone must find it again after a reload. */
export const portal = linkTo(otherPage());
