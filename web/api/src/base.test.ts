// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

beforeEach(() => vi.resetModules());
afterEach(() => {
  history.replaceState(null, '', '/');
  document.head.innerHTML = '';
});

// FR2: behind a proxy the page may lie below a path.
test.each([
  ['/', './', '/', '/api/v1/me'],
  ['/recent', './', '/', '/api/v1/me'],
  ['/auth/callback?code=abc', '../', '/', '/api/v1/me'],
  ['/c/1001', '../', '/', '/api/v1/me'],
  ['/phone/', './', '/phone/', '/phone/api/v1/me'],
  ['/phone/auth/callback?code=abc', '../', '/phone/', '/phone/api/v1/me'],
  ['/c/c/1001', '../', '/c/', '/c/api/v1/me'],
  ['/a/b/#x', './', '/a/b/', '/a/b/api/v1/me'],
])('a page at %s that says %s lies at %s', async (address, told, base, api) => {
  history.replaceState(null, '', address);
  document.head.innerHTML = `<meta name="dering-base" content="${told}" />`;
  const page = await import('./base');
  // Where the person goes from there makes no difference.
  history.replaceState(null, '', '/c/1002');
  expect(page.basePath()).toBe(base);
  expect(page.at('/api/v1/me')).toBe(api);
  expect(page.baseAddress() + '/').toBe(location.origin + base);
});
