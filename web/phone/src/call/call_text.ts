// SPDX-License-Identifier: Apache-2.0
import { isWeak } from '@dering/sip/quality';
import {
  isHeldByThem,
  isHeldByUs,
  isReturning,
  ringingOf,
  type Call,
  type Ended,
  type Party,
  type Phone,
  type Sent,
} from '@dering/sip/state';
import { isUnderWay } from '@dering/sip/joining';
import { parkNumber } from '@dering/sip/transfer';
import { shownText } from '@dering/api/shown_text';
import type { TFunction } from 'i18next';
import { nameOf } from './name_of';
import { pictureTexts } from './picture_text';
import { spokenDuration } from '../shared/duration';
import { noteText, transferText } from './transfer_text';

/** An end that somebody wanted; any other one has words of its own. */
const isOfTransfer = (outcome: Ended['outcome']): boolean =>
  outcome === 'answered' || outcome === 'transferred';

export type ActiveCall = Extract<Call, { kind: 'ringing-out' | 'talking' }>;

/** The call that the bar and the page show; null while it rings here, or when there is none. */
export function activeCall(call: Call | null): ActiveCall | null {
  return call?.kind === 'ringing-out' || call?.kind === 'talking' ? call : null;
}

export function stateText(call: ActiveCall, t: TFunction): string {
  if (call.kind === 'ringing-out' || call.stage === 'reconnecting' || isReturning(call)) {
    return t(`call.state.${call.stage}`);
  }
  if (call.transfer !== null && isUnderWay(call)) {
    if (call.transfer.to.number === parkNumber) {
      return t(call.transfer.stage === 'done' ? 'parking.done' : 'parking.state');
    }
    if (call.transfer.stage === 'done') return t('transfer.done');
    return t(call.transfer.stage === 'ringing' ? 'transfer.state.ringing' : 'transfer.state.asked');
  }
  if (call.away !== 'no' && call.hold === 'nobody') return t(`call.away.${call.away}`);
  return call.hold === 'nobody' ? t(`call.state.${call.stage}`) : t(`call.held.${call.hold}`);
}

/** One sentence for screen readers, said when it changes. */
export function announcement(phone: Phone, t: TFunction): string {
  const { call, over } = phone;
  const waiting = ringingOf(phone);
  if (waiting !== null && waiting !== call) {
    const name = nameOf(waiting.party, t);
    return waiting.stage === 'ringing' ? t('waiting.title', { name }) : '';
  }
  const said = over === null ? '' : endText(over, t);
  if (call === null) return said;
  const beside = phone.other?.kind === 'talking' ? noteText(phone.other, t) : '';
  return sentences(said, callText(call, t), beside);
}

function callText(call: Call, t: TFunction): string {
  const name = nameOf(call.party, t);
  switch (call.kind) {
    case 'ringing-in':
      if (call.stage !== 'ringing') return '';
      return [t('incoming.title', { name }), call.sent === null ? '' : sentText(call.sent, t)]
        .filter(Boolean)
        .join('. ');
    case 'ringing-out':
      return `${stateText(call, t)}: ${name}`;
    case 'talking': {
      if (isUnderWay(call)) return noteText(call, t);
      const holds = isHeldByThem(call) && !isHeldByUs(call) ? t('call.heldBy', { name }) : '';
      const away = call.away === 'no' ? '' : awayText(call, t);
      const asking = call.stage === 'asking' && t('call.askingHint');
      const weak = isWeak(call.weakness) ? t(`call.weak.${call.weakness}`) : '';
      const sent = call.sentBy === null ? '' : sentByText(call.sentBy, t);
      const muted = call.muted && t('call.muted');
      const shown = call.hold === 'nobody' ? pictureTexts(call, t) : [];
      const said = [sent, noteText(call, t), asking, away, holds, ...shown, muted, weak];
      const notes = said.filter(Boolean);
      return [`${stateText(call, t)}: ${name}`, ...notes].join('. ');
    }
  }
}

/** For whom a call was that rings here, and how it came. */
export function sentText({ how, whose, through }: Sent, t: TFunction): string {
  const values = { name: nameOf(whose, t), through: through === null ? '' : nameOf(through, t) };
  if (how === 'parked') return t('parking.back', { place: whose.number });
  if (how === 'transferred') return t('incoming.sent.transferred', values);
  return t(through === null ? 'incoming.sent.forwarded' : 'incoming.sent.through', values);
}

/** Whom one waits for. */
export const awayText = ({ party }: Pick<Call, 'party'>, t: TFunction): string =>
  t('call.awayHint', { name: nameOf(party, t) });

export const sentByText = (party: Party, t: TFunction): string =>
  t('transfer.sentBy', { name: nameOf(party, t) });

/** One after the other, whether they have an end of their own or not. */
const sentences = (...parts: readonly string[]): string =>
  parts.filter(Boolean).join('. ').replaceAll('.. ', '. ');

/** With whom it was, how it ended and how long they talked. */
function endText(call: Ended, t: TFunction): string {
  const values = { name: nameOf(call.party, t), duration: spokenDuration(call.duration, t) };
  if (call.outcome === 'answered' && call.transfer === null) return t('call.endedAfter', values);
  const { title, hint } = outcomeText(call, t);
  const talked = values.duration === '' ? '' : t('call.talkedFor', values);
  return sentences(`${values.name}: ${title}`, hint, talked);
}

/** How a call ended, which for who sends somebody on is what becomes of that. */
export function outcomeText(
  { outcome, party, transfer, note }: Pick<Ended, 'outcome' | 'party' | 'transfer' | 'note'>,
  t: TFunction,
): { readonly title: string; readonly hint: string } {
  if (transfer !== null && isOfTransfer(outcome)) {
    const text = transferText(party, transfer, t);
    if (transfer.stage === 'failed') return { title: t('outcome.answered.title'), hint: text };
    const isParked = transfer.to.number === parkNumber;
    if (transfer.stage === 'done') {
      return { title: t(isParked ? 'parking.done' : 'transfer.done'), hint: text };
    }
    if (isParked) return { title: t('transfer.left'), hint: text };
    const values = { name: nameOf(party, t), to: nameOf(transfer.to, t) };
    return { title: t('transfer.left'), hint: t('transfer.leftHint', values) };
  }
  const title = t(`outcome.${outcome}.title`);
  if (note === null) return { title, hint: t(`outcome.${outcome}.hint`) };
  const values = { name: nameOf(party, t), note: shownText(note) };
  return { title, hint: t('call.declinedWith', values) };
}
