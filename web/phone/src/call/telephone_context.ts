// SPDX-License-Identifier: Apache-2.0
import type { Handset } from '@dering/sip/handset';
import type { Phone } from '@dering/sip/state';
import { createContext, useContext, useSyncExternalStore } from 'react';

export const TelephoneContext = createContext<Handset | null>(null);

export function useTelephone(): Handset {
  const telephone = useContext(TelephoneContext);
  if (telephone === null) throw new Error('no telephone around this component');
  return telephone;
}

/** A part of the telephone's state; the component draws again when that part changes. */
export function usePhone<T>(select: (phone: Phone) => T): T {
  const telephone = useTelephone();
  return useSyncExternalStore(telephone.watch, () => select(telephone.current()));
}
