// SPDX-License-Identifier: Apache-2.0
import { shownText } from '@dering/api/shown_text';
import type { Party } from '@dering/sip/state';
import type { TFunction } from 'i18next';
import { echoNumber } from '../shared/service_numbers';
import { isWithheld } from '../shared/withheld';

export function nameOf(party: Party, t: TFunction): string {
  if (party.number === echoNumber) return t('call.echoName');
  if (isWithheld(party.number)) return t('call.withheld');
  return shownText(party.name) || party.number;
}
