// SPDX-License-Identifier: Apache-2.0
import {
  isHeldByThem,
  isHeldByUs,
  ringingOf,
  type Call,
  type Ended,
  type Party,
  type Phone,
} from '@dering/sip/state';
import type { TFunction } from 'i18next';
import { echoNumber } from '../shared/service_numbers';
import { isWithheld } from '../shared/withheld';

export type ActiveCall = Extract<Call, { kind: 'ringing-out' | 'talking' }>;

/** The call that the bar and the page show; null while it rings here, or when there is none. */
export function activeCall(call: Call | null): ActiveCall | null {
  return call?.kind === 'ringing-out' || call?.kind === 'talking' ? call : null;
}

export function nameOf(party: Party, t: TFunction): string {
  if (party.number === echoNumber) return t('call.echoName');
  if (isWithheld(party.number)) return t('call.withheld');
  return party.name || party.number;
}

export function stateText(call: ActiveCall, t: TFunction): string {
  if (call.kind === 'ringing-out' || call.stage === 'reconnecting') {
    return t(`call.state.${call.stage}`);
  }
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
  if (call === null) return over === null ? '' : endText(over, t);
  const said = over === null ? '' : `${nameOf(over.party, t)}: ${endText(over, t)} `;
  return said + callText(call, t);
}

function callText(call: Call, t: TFunction): string {
  const name = nameOf(call.party, t);
  switch (call.kind) {
    case 'ringing-in':
      return call.stage === 'ringing' ? t('incoming.title', { name }) : '';
    case 'ringing-out':
      return `${stateText(call, t)}: ${name}`;
    case 'talking': {
      const holds = isHeldByThem(call) && !isHeldByUs(call) ? t('call.heldBy', { name }) : '';
      const weak = call.weakness === 'none' ? '' : t(`call.weak.${call.weakness}`);
      const notes = [holds, call.muted && t('call.muted'), weak].filter(Boolean);
      return [`${stateText(call, t)}: ${name}`, ...notes].join('. ');
    }
  }
}

function endText({ outcome }: Ended, t: TFunction): string {
  const { title, hint } = outcomeText(outcome, t);
  return `${title}. ${hint}`;
}

export function outcomeText(
  outcome: Ended['outcome'],
  t: TFunction,
): { readonly title: string; readonly hint: string } {
  return { title: t(`outcome.${outcome}.title`), hint: t(`outcome.${outcome}.hint`) };
}
