// SPDX-License-Identifier: Apache-2.0
import type { Pickup } from '@dering/api/types';
import { useState } from 'react';

/** Of what rings at once; the server tells of more where a whole unit is called. */
export const mostKept = 20;

/** What rings at colleagues, the newest first. `null`: the stream begins anew, and tells all again. */
export function withPickup(ringing: readonly Pickup[], news: Pickup | null): readonly Pickup[] {
  if (news === null) return [];
  const others = ringing.filter(({ extension }) => extension !== news.extension);
  return news.rings ? [news, ...others].slice(0, mostKept) : others;
}

export function usePickups() {
  const [ringing, set] = useState<readonly Pickup[]>([]);
  return {
    ringing,
    hear: (news: Pickup | null) => set((before) => withPickup(before, news)),
    hide: (pickup: Pickup) => set((before) => withPickup(before, { ...pickup, rings: false })),
  };
}
