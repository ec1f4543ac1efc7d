// SPDX-License-Identifier: Apache-2.0

/**
 * How far the encryption of a call reaches, as the switchboard says it. `unknown`: it said nothing, and
 * no page can tell a server's certificate from a browser's; only the comparison of the words can.
 */
export type Reach =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'sealed' }
  | { readonly kind: 'terminated'; readonly reason: Reason };

/** Why a call is encrypted to the server only. */
export type Reason = 'desk-phone' | 'other';

export const unknownReach: Reach = { kind: 'unknown' };

/** Reads `X-Dering-Media: terminated;reason=desk-phone`; null where the field is not there. */
export function reachOf(field: string | undefined): Reach | null {
  if (field === undefined) return null;
  const [kind, ...parameters] = field.split(';').map((part) => part.trim().toLowerCase());
  if (kind === 'sealed') return { kind };
  if (kind !== 'terminated') return unknownReach;
  return { kind, reason: parameters.includes('reason=desk-phone') ? 'desk-phone' : 'other' };
}
