// SPDX-License-Identifier: Apache-2.0
import type { Ended } from '@dering/sip/state';
import { useEffect, useState } from 'react';
import { endSeconds, type EndTone } from '../sound/end_tones';

/** Ends that the person chose, or that a sound would only puzzle about. */
const silent = new Set<Ended['outcome']>(['cancelled', 'parked', 'transferred', 'went_on']);

/** What is heard of how a call ended: busy where it came to nothing, two falling notes after a talk. */
export function endToneOf({ outcome, direction, duration }: Ended): EndTone | null {
  if (silent.has(outcome)) return null;
  if (duration > 0) return 'end';
  return direction === 'out' ? 'busy' : null;
}

/** The tone of the call that has just ended, for as long as it lasts. */
export function useEndTone(over: Ended | null): EndTone | null {
  const id = over?.id ?? null;
  const tone = over === null ? null : endToneOf(over);
  const [heard, setHeard] = useState<string | null>(id);
  useEffect(() => {
    if (id === null || tone === null) return undefined;
    const timer = setTimeout(() => setHeard(id), endSeconds[tone] * 1000);
    return () => clearTimeout(timer);
  }, [id, tone]);
  return heard === id ? null : tone;
}
