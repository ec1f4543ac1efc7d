// SPDX-License-Identifier: Apache-2.0
import type { Handset } from '@dering/sip/handset';
import { Host } from '@dering/sip/host';
import type { Remote } from '@dering/sip/remote';
import type { Place } from '@dering/sip/wire';
import { toldOfSound } from '../sound/told_of_sound';
import { useCallback, useEffect, useRef } from 'react';
import { player } from '../sound/player';

/** Shows the telephone of this tab to the others; tells whether one of them is looked at. */
export function useHost(telephone: Handset | null, remote: Remote | null): () => boolean {
  const current = useRef<Host | null>(null);
  useEffect(() => {
    if (telephone === null || remote === null) return undefined;
    const host = new Host({ handset: telephone, remote });
    current.current = host;
    const stop = watchPlace((place) => host.setPlace(place));
    return () => {
      current.current = null;
      stop();
      host.close();
    };
  }, [telephone, remote]);
  return useCallback(() => current.current?.isLookedAt() === true, []);
}

/** Whether this tab may have the microphone and be heard, now and as that changes. */
function watchPlace(tell: (place: Place) => void): () => void {
  let status: PermissionStatus | null = null;
  let isGone = false;
  const look = () =>
    tell({
      microphone: status?.state ?? 'unknown',
      isMute: player.isBlocked(),
      heard: toldOfSound.current(),
    });
  const forgets = [player.watch(look), toldOfSound.watch(look)];
  look();
  // Firefox has learnt that question late, and answers it with an error before.
  void askForMicrophone().then((answer) => {
    if (isGone || answer === null) return;
    status = answer;
    status.addEventListener('change', look);
    look();
  });
  return () => {
    isGone = true;
    for (const forget of forgets) forget();
    status?.removeEventListener('change', look);
  };
}

async function askForMicrophone(): Promise<PermissionStatus | null> {
  try {
    return await navigator.permissions.query({ name: 'microphone' as PermissionName });
  } catch {
    return null;
  }
}
