// SPDX-License-Identifier: Apache-2.0
import type { Call, Party } from '@dering/sip/state';
import type { TFunction } from 'i18next';
import { echoNumber } from '../shared/service_numbers';

export type ActiveCall = Extract<Call, { kind: 'ringing-out' | 'talking' }>;

/** The call that the bar and the page show; null while it rings here, or when there is none. */
export function activeCall(call: Call | null): ActiveCall | null {
  return call?.kind === 'ringing-out' || call?.kind === 'talking' ? call : null;
}

export function nameOf(party: Party, t: TFunction): string {
  if (party.number === echoNumber) return t('call.echoName');
  return party.name || party.number;
}

export function stateText(call: ActiveCall, t: TFunction): string {
  return t(`call.state.${call.stage}`);
}

/** One sentence for screen readers, said when it changes. */
export function announcement(call: Call | null, t: TFunction): string {
  if (call === null) return '';
  const name = nameOf(call.party, t);
  switch (call.kind) {
    case 'ringing-in':
      return call.stage === 'ringing' ? t('incoming.title', { name }) : '';
    case 'ringing-out':
      return `${t(`call.state.${call.stage}`)}: ${name}`;
    case 'talking':
      return `${t(`call.state.${call.stage}`)}: ${name}${call.muted ? `. ${t('call.muted')}` : ''}`;
    case 'ended': {
      const { title, hint } = outcomeText(call.outcome, t);
      return `${title}. ${hint}`;
    }
  }
}

export function outcomeText(
  outcome: Extract<Call, { kind: 'ended' }>['outcome'],
  t: TFunction,
): { readonly title: string; readonly hint: string } {
  return { title: t(`outcome.${outcome}.title`), hint: t(`outcome.${outcome}.hint`) };
}
