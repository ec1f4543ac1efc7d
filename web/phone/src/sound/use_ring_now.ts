// SPDX-License-Identifier: Apache-2.0
import { useEffect, useState } from 'react';
import { player } from './player';

const longest = 6_000;

/** The ring as it would sound, for a moment, to be heard and to be stopped. */
export function useRingNow() {
  const [isRinging, setRinging] = useState(false);
  useEffect(() => {
    if (!isRinging) return undefined;
    player.unlock();
    const stop = player.start('ring');
    const timer = setTimeout(() => setRinging(false), longest);
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [isRinging]);
  return { isRinging, toggle: () => setRinging(!isRinging) };
}
