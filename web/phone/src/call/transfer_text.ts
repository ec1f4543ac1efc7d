// SPDX-License-Identifier: Apache-2.0
import { isHeldByUs, type Party, type Talking } from '@dering/sip/state';
import { parkNumber, type Transfer, type TransferFailure } from '@dering/sip/transfer';
import type { TFunction } from 'i18next';
import { nameOf } from './name_of';

/** With these they never left; of the last two nothing is known, or they are gone. */
const stayed = new Set<TransferFailure>([
  'not_allowed',
  'already_there',
  'too_many',
  'under_way',
  'parking_full',
  'over',
  'connection_lost',
]);
const silent = new Set<TransferFailure>(['gave_up', 'unheard']);

/** What becomes of sending `party` on, in a sentence or two. */
export function transferText(party: Party, transfer: Transfer, t: TFunction): string {
  const values = {
    name: nameOf(party, t),
    to: nameOf(transfer.to, t),
    number: transfer.to.number,
  };
  if (transfer.to.number === parkNumber && transfer.stage !== 'failed') {
    return t(transfer.stage === 'done' ? 'parking.doneHint' : 'parking.going', values);
  }
  switch (transfer.stage) {
    case 'asked':
    case 'ringing':
      return t(`transfer.going.${transfer.stage}`, values);
    case 'done':
      return t('transfer.doneHint', values);
    case 'failed':
      return t(`transfer.failed.${transfer.why ?? 'failed'}`, values);
  }
}

/** Whether they are there again, of a call that goes on. */
export function backText(call: Talking, t: TFunction): string {
  const why = call.transfer?.why ?? null;
  if (why === null || silent.has(why)) return '';
  const name = nameOf(call.party, t);
  const isHeld = isHeldByUs(call);
  if (stayed.has(why)) return t(isHeld ? 'transfer.stillHeld' : 'transfer.still', { name });
  return t(isHeld ? 'transfer.backHeld' : 'transfer.back', { name });
}

/** All that there is to say of a call that goes on; '' where nobody is sent on. */
export function noteText(call: Talking, t: TFunction): string {
  if (call.transfer === null) return '';
  return [transferText(call.party, call.transfer, t), backText(call, t)].filter(Boolean).join(' ');
}
