// SPDX-License-Identifier: Apache-2.0
import type { Handset } from '@dering/sip/handset';
import { Host } from '@dering/sip/host';
import { useEffect } from 'react';
import { portal } from './portal';
import type { PortalLink } from './portal_link';

/**
 * Lets the portal that shows this page, or has opened it, see the telephone and call with it. `dial`
 * never changes.
 */
export function usePortal(handset: Handset, dial: (number: string) => void, missed: number): void {
  useEffect(() => portal?.attach({ handset, dial }), [handset, dial]);
  useEffect(() => (portal === null ? undefined : hostWhenAsked(portal, handset)), [handset]);
  useEffect(() => portal?.tellMissed(missed), [missed]);
}

/** A remote control in a frame of the portal asks; before that the portal hears no more than it must. */
function hostWhenAsked({ remote }: PortalLink, handset: Handset): () => void {
  let host: Host | null = null;
  const stop = remote.listen(() => {
    host ??= new Host({ handset, remote });
  });
  return () => {
    stop();
    host?.close();
  };
}
