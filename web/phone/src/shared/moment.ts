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

/** The time of day. */
export function timeText(at: Date, language: string): string {
  return new Intl.DateTimeFormat(language, { timeStyle: 'short' }).format(at);
}

/** "Today", "Yesterday", "Monday, 2 November": what stands above all that was on that day. */
export function dayHeading(at: Date, now: Date, language: string): string {
  const midnight = (day: Date) => Date.UTC(day.getFullYear(), day.getMonth(), day.getDate());
  const days = (midnight(at) - midnight(now)) / 86_400_000;
  if (days === 0 || days === -1) {
    const text = new Intl.RelativeTimeFormat(language, { numeric: 'auto' }).format(days, 'day');
    return text.charAt(0).toLocaleUpperCase(language) + text.slice(1);
  }
  const options: Intl.DateTimeFormatOptions = { weekday: 'long', day: 'numeric', month: 'long' };
  if (at.getFullYear() !== now.getFullYear()) options.year = 'numeric';
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
