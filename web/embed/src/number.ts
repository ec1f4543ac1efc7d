// SPDX-License-Identifier: Apache-2.0

/** "+62 21-555" of "tel:+62%2021-555;ext=1" or "sip:1002@dering", without what is there for the eye. */
export function numberOf(address: string): string {
  const [, rest = ''] = /^(?:tel:|sips?:)?([^@;?]*)/i.exec(address.trim()) ?? [];
  let plain = rest;
  try {
    plain = decodeURIComponent(rest);
  } catch {
    // A lone % is no number either.
  }
  return plain.replaceAll(/[\s().\-/]/g, '');
}

/** Digits, with a + before them. Codes with * and # change settings, which no page may for a person. */
export const isNumber = (text: string): boolean => /^\+?\d{1,32}$/.test(text);
