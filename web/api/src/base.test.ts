// SPDX-License-Identifier: Apache-2.0
import { afterEach, expect, test } from 'vitest';
import { at, baseAddress, basePath } from './base';

afterEach(() => history.replaceState(null, '', '/'));

// FR2: behind a proxy the page may lie below a path.
test.each([
  ['/', '/', '/api/v1/me'],
  ['/auth/callback?code=abc', '/', '/api/v1/me'],
  ['/phone/', '/phone/', '/phone/api/v1/me'],
  ['/phone/auth/callback?code=abc', '/phone/', '/phone/api/v1/me'],
  ['/a/b/#x', '/a/b/', '/a/b/api/v1/me'],
])('a page at %s lies at %s', (address, base, api) => {
  history.replaceState(null, '', address);
  expect(basePath()).toBe(base);
  expect(at('/api/v1/me')).toBe(api);
  expect(baseAddress() + '/').toBe(location.origin + base);
});
