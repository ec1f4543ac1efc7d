// SPDX-License-Identifier: Apache-2.0
import { afterEach, expect, test } from 'vitest';
import { keepPlace, takePlace } from './place';

afterEach(() => {
  sessionStorage.clear();
  history.replaceState(null, '', '/');
});

test('where somebody wanted to go is told once, not to who signs in after them', () => {
  history.replaceState(null, '', '/settings/devices?x=1');
  keepPlace();
  expect(takePlace()).toBe('/settings/devices');
  expect(takePlace()).toBe('/');
});

test.each(['//evil.example/', 'https://evil.example/', ''])('it is never %s', (kept) => {
  sessionStorage.setItem('dering.place', kept);
  expect(takePlace()).toBe('/');
});
