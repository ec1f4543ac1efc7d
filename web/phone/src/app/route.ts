// SPDX-License-Identifier: Apache-2.0
import { at, basePath } from '@dering/api/base';
import { useEffect, useState } from 'react';
import { navigate, usePathname } from 'wouter/use-browser-location';
import type { Place } from '../settings/settings_page';
import { useLatest } from '../shared/use_latest';

export const lists = ['people', 'recent', 'dialpad'] as const;
export type List = (typeof lists)[number];

/** What an address of the page shows. The lists are on the left, all else on the right. */
export type Route =
  | { readonly kind: 'list'; readonly list: List }
  | { readonly kind: 'person'; readonly number: string }
  | { readonly kind: 'settings'; readonly place: Place }
  /** The call in front, where there is one. */
  | { readonly kind: 'call' };

const home: Route = { kind: 'list', list: 'people' };

const fixed = new Map<string, Route>([
  ['/', home],
  ['/recent', { kind: 'list', list: 'recent' }],
  ['/keypad', { kind: 'list', list: 'dialpad' }],
  ['/call', { kind: 'call' }],
  ['/settings/devices', { kind: 'settings', place: 'devices' }],
  ['/settings/forwarding', { kind: 'settings', place: 'forwarding' }],
  ['/settings/sound', { kind: 'settings', place: 'sound' }],
  ['/settings/sync', { kind: 'settings', place: 'sync' }],
]);
const paths = new Map([...fixed].map(([path, route]) => [keyOf(route), path]));

function keyOf(route: Route): string {
  if (route.kind === 'list') return route.list;
  return route.kind === 'settings' ? route.place : route.kind;
}

/** What a path below the page's own shows; of one that means nothing the first page. */
export function routeOf(path: string): Route {
  const number = /^\/c\/([^/]+)$/.exec(path)?.[1];
  if (number === undefined) return fixed.get(path) ?? home;
  try {
    return { kind: 'person', number: decodeURIComponent(number) };
  } catch {
    return home;
  }
}

export function pathOf(route: Route): string {
  if (route.kind === 'person') return `/c/${encodeURIComponent(route.number)}`;
  return paths.get(keyOf(route)) ?? '/';
}

/** Where the person is: the address. Back and Forward move between what they have seen. */
export function useRoute() {
  const path = usePathname();
  const route = routeOf('/' + path.slice(basePath().length));
  const [list, setList] = useState<List>('people');
  // Which list is beside what is on the right now.
  if (route.kind === 'list' && route.list !== list) setList(route.list);
  const go = useLatest((next: Route) => {
    const address = at(pathOf(next));
    if (address !== location.pathname) navigate(address);
  });
  const showList = useLatest((next: List) => {
    if (route.kind === 'list') go({ kind: 'list', list: next });
    else setList(next);
  });
  /** From the right side to the lists. What is closed is nothing to go back to. */
  const leave = useLatest(() => {
    if (route.kind !== 'list') navigate(at(pathOf({ kind: 'list', list })), { replace: true });
  });
  return { route, list, go, showList, leave };
}

/** After Back and Forward the heading of what is shown has the focus, as after any new page. */
export function useFocusAfterBack(): void {
  useEffect(() => {
    const focus = () =>
      setTimeout(() => document.querySelector<HTMLElement>('[data-heading]')?.focus());
    window.addEventListener('popstate', focus);
    return () => window.removeEventListener('popstate', focus);
  }, []);
}
