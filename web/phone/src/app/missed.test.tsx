// SPDX-License-Identifier: Apache-2.0
import type { CallRecord } from '@dering/api/types';
import { unknownReach } from '@dering/sip/reach';
import { act, cleanup, renderHook } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startLanguages } from '../i18n';
import { fakeTelephone } from '../testing/draw';
import type { History } from './history';
import { useMissed } from './missed';
import { tellOrganisation } from '../shared/organisation';
import { notifyUnless } from './notification';
import { routeOf } from './route';
import { useTitle } from './title';

const shown: { title: string; body: string | undefined; tag: string | undefined; on: boolean }[] =
  [];
const icons: (string | undefined)[] = [];
class FakeNotification extends EventTarget {
  static permission = 'granted';
  private readonly what;
  constructor(title: string, { body, tag, icon }: NotificationOptions) {
    super();
    this.what = { title, body, tag, on: true };
    icons.push(icon);
    shown.push(this.what);
  }
  close() {
    this.what.on = false;
  }
}

beforeEach(async () => {
  localStorage.setItem('dering.language', 'en');
  document.head.innerHTML = '<link rel="icon" href="/icon.svg">';
  shown.length = 0;
  vi.stubGlobal('Notification', FakeNotification);
  await startLanguages();
});
afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  tellOrganisation();
});

const record = (id: string, name: string) => ({ id, peer: '1002', peer_name: name }) as CallRecord;
const missing = (...calls: CallRecord[]): History => ({
  state: { newest: calls[0]?.id ?? '0', seen_until: '0', unseen: calls.length },
  missed: calls,
  hear: () => {},
  see: () => {},
});
const icon = () => document.querySelector('link')?.getAttribute('href');

function show(history: History, isLookedAt = false) {
  const notify = notifyUnless(() => isLookedAt);
  const { telephone, emit } = fakeTelephone();
  const use = (now: History) => {
    const phone = telephone.current();
    useTitle({ phone, route: routeOf('/'), unseen: now.state.unseen, byNumber: new Map() });
    useMissed({ telephone, over: phone.over, history: now, notify });
  };
  const { rerender } = renderHook(use, { initialProps: history });
  return { telephone, emit, rerender };
}

test('title and icon of the tab say that somebody called in vain, until it has been seen', () => {
  const { rerender } = show(missing());
  expect([document.title, icon()]).toEqual(['Dering', '/icon.svg']);
  rerender(missing(record('2', 'Siti'), record('1', 'Budi')));
  expect([document.title, icon()]).toEqual(['(2) Dering', '/icon-missed.svg']);
  rerender(missing());
  expect([document.title, icon()]).toEqual(['Dering', '/icon.svg']);
});

test('a hidden page tells all of it by one notification, which goes with the look', () => {
  vi.spyOn(document, 'hidden', 'get').mockReturnValue(true);
  const { rerender } = show(missing(record('1', 'Siti')));
  rerender(missing(record('2', 'Budi'), record('1', 'Siti')));
  expect(shown.map(({ tag }) => tag)).toEqual(['dering-missed', 'dering-missed']);
  expect(shown.filter(({ on }) => on)).toMatchObject([
    { title: '2 missed calls', body: 'Budi, Siti' },
  ]);
  rerender(missing());
  expect(shown.filter(({ on }) => on)).toEqual([]);
});

test('title and notification say whose telephone it is', () => {
  tellOrganisation({ name: 'Universitas <b>A</b>', logo: 'logo.png' });
  show(missing());
  expect(document.title).toBe('Universitas <b>A</b>');
  vi.spyOn(document, 'hidden', 'get').mockReturnValue(true);
  notifyUnless(() => false)('call', 'Siti is calling');
  expect(shown.at(-1)).toMatchObject({ title: 'Siti is calling', body: 'Universitas <b>A</b>' });
  expect(icons.at(-1)).toMatch(/\/logo\.png$/);
});

test('before whom the page is open, in this tab or another, nothing is notified', () => {
  show(missing(record('1', 'Siti')));
  vi.spyOn(document, 'hidden', 'get').mockReturnValue(true);
  show(missing(record('1', 'Siti')), true);
  expect(shown).toEqual([]);
});

test('the card of a missed call goes when it was seen on another page', () => {
  const { telephone, emit, rerender } = show(missing());
  const party = { number: '1002', name: 'Siti' };
  act(() => {
    emit({ type: 'incoming', id: 'c', party, reach: unknownReach });
    emit({ type: 'ended', id: 'c', outcome: 'missed' });
  });
  rerender(missing(record('1', 'Siti')));
  expect(telephone.current().over?.outcome).toBe('missed');
  rerender(missing());
  expect(telephone.current().over).toBeNull();
});
