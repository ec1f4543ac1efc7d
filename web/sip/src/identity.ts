// SPDX-License-Identifier: Apache-2.0
import type { Party } from './state';

const field = /^P-Asserted-Identity[ \t]*:(.*)$/im;
const nameAddr = /^\s*(?:"((?:[^"\\]|\\.)*)"|([^<"]*))\s*<sips?:([^@;>]+)[^>]*>/i;
const addr = /^\s*()()sips?:([^@;>,\s]+)/i;

/**
 * Who is at the other end, as the server says it (RFC 3325 §9.1); null where it says nothing that can
 * be read. Of several values the first, of which it is the number and the name in one.
 */
export function identityIn(value: string | undefined): Party | null {
  const found = value === undefined ? null : (nameAddr.exec(value) ?? addr.exec(value));
  if (found === null) return null;
  const [, quoted, plain = '', user = ''] = found;
  const name = quoted === undefined ? plain.trim() : quoted.replace(/\\(.)/g, '$1');
  return { number: unescaped(user), name };
}

/** The same, of a whole message. */
export function identityOfMessage(text: string): Party | null {
  const [head] = text.split('\r\n\r\n', 1);
  return identityIn(field.exec(head ?? '')?.[1]);
}

function unescaped(user: string): string {
  try {
    return decodeURIComponent(user);
  } catch {
    return user;
  }
}
