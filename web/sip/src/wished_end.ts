// SPDX-License-Identifier: Apache-2.0
import type { Refusal } from './line';
import type { Outcome } from './outcome';
import type { Call } from './state';

/** Nobody declined, and the other phones of this person go on ringing. */
export const gone: Refusal = { status: 410 };

/** How a call ends that its person ends, and what the other side is told. */
export function wishedEnd(call: Call): { readonly outcome: Outcome; readonly why?: Refusal } {
  switch (call.kind) {
    case 'ringing-in':
      return { outcome: 'turned_down', why: { status: 603 } };
    case 'ringing-out':
      return { outcome: 'cancelled' };
    case 'talking':
      return { outcome: 'answered' };
  }
}
