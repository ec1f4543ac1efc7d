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

/** How long ago that was: "3 minutes ago", "yesterday". */
export function agoText(at: Date, now: Date, language: string): string {
  const seconds = Math.min(0, Math.round((at.getTime() - now.getTime()) / 1000));
  const format = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  if (seconds > -60) return format.format(seconds, 'second');
  if (seconds > -3600) return format.format(Math.ceil(seconds / 60), 'minute');
  if (seconds > -86_400) return format.format(Math.ceil(seconds / 3600), 'hour');
  return format.format(Math.ceil(seconds / 86_400), 'day');
}

/** The day alone, with its year when that is another one. */
export function dayText(at: Date, now: Date, language: string): string {
  const isThisYear = at.getFullYear() === now.getFullYear();
  const options: Intl.DateTimeFormatOptions = { day: 'numeric', month: 'short' };
  if (!isThisYear) options.year = 'numeric';
  return new Intl.DateTimeFormat(language, options).format(at);
}
