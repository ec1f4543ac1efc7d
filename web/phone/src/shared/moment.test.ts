// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { dateOf, dayText, whenText } from './moment';

const now = new Date(2027, 0, 15, 18, 0);

test('a moment is read as Unix seconds and as a date', () => {
  expect(dateOf(1_800_000_000).getTime()).toBe(1_800_000_000_000);
  expect(dateOf('2027-01-15T08:00:00Z').getTime()).toBe(1_800_000_000_000);
});

test('a moment of today shows its time, an older one its day too', () => {
  expect(whenText(new Date(2027, 0, 15, 9, 5), now, 'id')).toBe('09.05');
  expect(whenText(new Date(2027, 0, 14, 9, 5), now, 'id')).toContain('14 Jan');
});

test('a day of another year shows the year', () => {
  expect(dayText(new Date(2027, 0, 14), now, 'en')).toBe('Jan 14');
  expect(dayText(new Date(2026, 11, 31), now, 'en')).toBe('Dec 31, 2026');
});
