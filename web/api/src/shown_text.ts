// SPDX-License-Identifier: Apache-2.0

// Control characters, and those that turn the direction of all that follows (UAX #9 §2): a name that
// has one would write the words of the page beside it backwards.
const controls = /[\p{Cc}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu;

/** A text of somebody else as a page can show it in one line. */
export const shownText = (text: string): string => text.replace(controls, '');

/** JSON of the server; what people call themselves in it can be shown. */
export function readJson<T>(text: string): T {
  return JSON.parse(text, (_, value: unknown) =>
    typeof value === 'string' ? shownText(value) : value,
  ) as T;
}
