// SPDX-License-Identifier: Apache-2.0
import { act, cleanup, renderHook } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import { pathOf, routeOf, useRoute, type Route } from './route';

afterEach(() => {
  cleanup();
  history.replaceState(null, '', '/');
});

test.each<[string, Route]>([
  ['/', { kind: 'list', list: 'people' }],
  ['/recent', { kind: 'list', list: 'recent' }],
  ['/keypad', { kind: 'list', list: 'dialpad' }],
  ['/call', { kind: 'call' }],
  ['/c/1001', { kind: 'person', number: '1001' }],
  ['/c/%2B62%2F1', { kind: 'person', number: '+62/1' }],
  ['/settings/sync', { kind: 'settings', place: 'sync' }],
])('%s is an address of the page', (path, route) => {
  expect(routeOf(path)).toEqual(route);
  expect(pathOf(route)).toBe(path);
});

test.each(['/c/', '/c/%E0', '/c/1/2', '/settings', '/settings/other', '/__proto__', ''])(
  '"%s" leads to the first page',
  (path) => expect(routeOf(path)).toEqual({ kind: 'list', list: 'people' }),
);

test('one goes forth by new addresses; what is closed leaves none behind', () => {
  const { result } = renderHook(useRoute);
  const push = vi.spyOn(history, 'pushState');
  const way = () => result.current;
  act(() => way().go({ kind: 'list', list: 'recent' }));
  act(() => way().go({ kind: 'person', number: '1002' }));
  act(() => way().go({ kind: 'person', number: '1002' }));
  expect(push).toHaveBeenCalledTimes(2);
  expect([location.pathname, way().list]).toEqual(['/c/1002', 'recent']);
  // Who searches beside somebody stays with them.
  act(() => way().showList('people'));
  expect([location.pathname, way().list]).toEqual(['/c/1002', 'people']);
  act(() => way().leave());
  expect(location.pathname).toBe('/');
  expect(push).toHaveBeenCalledTimes(2);
});

test('Back shows what was there before', () => {
  const { result } = renderHook(useRoute);
  act(() => result.current.go({ kind: 'person', number: '1002' }));
  act(() => {
    history.replaceState(null, '', '/keypad');
    window.dispatchEvent(new PopStateEvent('popstate'));
  });
  expect(result.current.route).toEqual({ kind: 'list', list: 'dialpad' });
});
