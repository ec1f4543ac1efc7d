// SPDX-License-Identifier: Apache-2.0
import type { CallRecord } from '@dering/api/types';
import type { TFunction } from 'i18next';
import { echoNumber } from '../shared/service_numbers';
import { isWithheld } from '../shared/withheld';
import { kindOf, reasonOf } from './record';

/** "Outgoing", "Busy", "Missed", "Incoming, connection lost": what became of it, in few words. */
export function whatText(call: CallRecord, t: TFunction): string {
  const { forwarded_by: by, forwarded_to: to, outcome } = call;
  const named = outcome === 'forwarded' ? to : by;
  if (named) {
    const key = outcome === 'forwarded' ? 'recent.forwardedTo' : 'recent.forwardedBy';
    return t(key, { what: t(`recent.${kindOf(call)}`), name: named.name || named.extension });
  }
  const reason = reasonOf(call);
  return reason === null ? t(`recent.${kindOf(call)}`) : t(reason);
}

/** With whom it was: a name where there is one. */
export function peerText({ peer, peer_name: name }: CallRecord, t: TFunction): string {
  if (peer === echoNumber) return t('call.echoName');
  return isWithheld(peer) ? t('call.withheld') : name || peer;
}

/** "Missed call", "3 missed calls". */
export function missedTitle(count: number, t: TFunction): string {
  return count === 1 ? t('missed.one') : t('missed.many', { count });
}
