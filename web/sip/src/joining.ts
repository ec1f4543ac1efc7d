// SPDX-License-Identifier: Apache-2.0
// Which of the calls there are can be sent on, and who can be connected with whom.
import type { PictureTrouble } from './picture';
import { isHeldByUs, isReturning, type Call, type Phone, type Talking } from './state';

/** Whom this call was with is on the way, or there: nobody is at the other end. */
export const isUnderWay = (call: Call | null): boolean =>
  call?.kind === 'talking' && call.transfer !== null && call.transfer.stage !== 'failed';

/** The call was asked about the one that waits beside it. */
export function isConsultation(call: Call | null, other: Phone['other']): boolean {
  return (
    call !== null && call.kind !== 'ringing-in' && other !== null && call.consults === other.id
  );
}

/** Two calls of which the people can be connected with each other. */
export interface Pair {
  /** Is sent on. */
  readonly held: Talking;
  /** Is where they go: there somebody talks, or it rings. */
  readonly asked: Exclude<Call, { kind: 'ringing-in' }>;
}

const canBeJoined = (call: Call): call is Pair['asked'] =>
  call.kind === 'talking' ||
  (call.kind === 'ringing-out' && (call.stage === 'ringing' || call.stage === 'early'));

/** Who can be connected with whom. After a swap it is still the one who was asked about. */
export function pairOf({ call, other }: Phone): Pair | null {
  if (call === null || other?.kind !== 'talking' || isUnderWay(call) || isUnderWay(other)) {
    return null;
  }
  if (isReturning(call) || isReturning(other)) return null;
  if (call.kind === 'talking' && other.consults === call.id) return { held: call, asked: other };
  return canBeJoined(call) ? { held: other, asked: call } : null;
}

/** Whether whom this call is with can be sent on now. */
export function canSendOn({ call, link }: Phone): boolean {
  return call?.kind === 'talking' && !isUnderWay(call) && !isReturning(call) && link === 'ready';
}

/** Whether a conversation that is on hold only for the sake of a transfer is to go on. */
export const isToResume = (call: Call | null): call is Talking =>
  call?.kind === 'talking' && isHeldByUs(call) && !isUnderWay(call);

/** Whether one's camera or screen can be shown: to a page that nobody in between decrypts for, and that hears one. */
export function canShow({ call, link }: Phone): boolean {
  if (call?.kind !== 'talking' || link !== 'ready' || isUnderWay(call)) return false;
  return call.reach.kind === 'sealed' && call.stage === 'connected' && call.hold === 'nobody';
}

/** Why there is no picture in this call for as long as it is as it is; null where there is one, or soon may be. */
export function whyNoPicture({ call }: Phone): PictureTrouble | null {
  if (call?.kind !== 'talking' || isUnderWay(call) || call.reach.kind !== 'terminated') return null;
  return call.reach.reason === 'desk-phone' ? 'unshown' : 'served';
}
