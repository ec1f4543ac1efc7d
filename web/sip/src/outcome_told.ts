// SPDX-License-Identifier: Apache-2.0
import type { Outcome } from './outcome';
import { isReturning, type Call } from './state';

/** The end of a call as the line tells it, where the telephone knows better. */
export function outcomeTold(call: Call | null, outcome: Outcome): Outcome {
  // Only a person cancels and declines, and then the call is over already.
  if (outcome === 'cancelled') return 'connection_lost';
  if (outcome === 'turned_down') return 'missed';
  // The server says of a call that is not there what it says of a number that is nobody's.
  if (call !== null && isReturning(call) && outcome === 'nothing_rings') return 'gone_meanwhile';
  const hadSound = call?.kind === 'talking' && call.stage !== 'connecting';
  return outcome === 'ice_failed' && hadSound ? 'lost' : outcome;
}
