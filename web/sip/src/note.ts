// SPDX-License-Identifier: Apache-2.0

/** Characters of what somebody says when they decline. */
export const longestNote = 140;

const controls = /\p{Cc}+/gu;
/** The first 399 among the warnings (RFC 3261 §20.43): who warns, and a quoted text. */
const miscellaneous = /(?:^|,)\s*399\s+[^\s",]+\s+"((?:[^"\\]|\\.)*)"/;

const oneLine = (text: string): string =>
  Array.from(text.replace(controls, ' ').trim()).slice(0, longestNote).join('');

/** What who declines says, as a value of Warning; null where nothing is said. */
export function warningWith(note: string): string | null {
  const line = oneLine(note).replace(/["\\]/g, '\\$&');
  return line === '' ? null : `399 dering-page "${line}"`;
}

/** What who declined said, in the value of Warning that the server passes on. */
export function noteIn(warning: string | undefined): string | null {
  const quoted = miscellaneous.exec(warning ?? '')?.[1];
  return oneLine(quoted?.replace(/\\(.)/g, '$1') ?? '') || null;
}
