// SPDX-License-Identifier: Apache-2.0
import type { Issuer } from '@dering/api/types';
import type { TFunction } from 'i18next';

/** The order of the buttons: the organisation's by label, the local accounts last. */
export function inOrder(issuers: readonly Issuer[]): readonly Issuer[] {
  const isLocal = ({ kind }: Issuer) => Number(kind === 'built-in');
  return issuers.toSorted(
    (a, b) => isLocal(a) - isLocal(b) || labelOf(a).localeCompare(labelOf(b)),
  );
}

/** What the administrator calls the issuer, else its host. */
export function labelOf({ label, authority }: Issuer): string {
  return label || new URL(authority).host;
}

export function actionText(issuer: Issuer, isOnly: boolean, t: TFunction): string {
  if (isOnly) return t('signIn.action');
  if (issuer.kind === 'built-in') return t('signIn.local');
  return t('signIn.with', { label: labelOf(issuer) });
}
