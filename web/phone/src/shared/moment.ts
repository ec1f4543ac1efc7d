// SPDX-License-Identifier: Apache-2.0

/** The server's Unix seconds, or an ISO 8601 date. */
export function dateOf(at: number | string): Date {
  return new Date(typeof at === 'number' ? at * 1000 : at);
}

/** The time for a moment of today, the day for an older one. */
export function whenText(at: Date, now: Date, language: string): string {
  const isToday = at.toDateString() === now.toDateString();
  const options: Intl.DateTimeFormatOptions = isToday
    ? { timeStyle: 'short' }
    : { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' };
  return new Intl.DateTimeFormat(language, options).format(at);
}

/** The day alone, with its year when that is another one. */
export function dayText(at: Date, now: Date, language: string): string {
  const isThisYear = at.getFullYear() === now.getFullYear();
  const options: Intl.DateTimeFormatOptions = { day: 'numeric', month: 'short' };
  if (!isThisYear) options.year = 'numeric';
  return new Intl.DateTimeFormat(language, options).format(at);
}
