// SPDX-License-Identifier: Apache-2.0
import type { Organisation } from '@dering/api/types';
import type { TFunction } from 'i18next';

const nobody: Organisation = { name: '', logo: '' };
let told = nobody;

/** Whose telephone this is, as the server says it: told once, before anything is drawn that shows it. */
export const organisation = (): Organisation => told;

export function tellOrganisation(whose: Organisation = nobody): void {
  told = whose;
}

/** What the telephone is called where it stands: after its organisation, or by its own name. */
export const nameOfPhone = (t: TFunction): string => told.name || t('app.name');
