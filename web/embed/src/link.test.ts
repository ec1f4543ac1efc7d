// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Link } from './link';
import type { Status, ToPhone } from './protocol';

const phoneOrigin = 'https://phone.example';
const ready: Status = { link: 'ready', call: null, missed: 0 };
const call = { state: 'ringing', direction: 'in', number: '1002', name: 'Budi' } as const;

/** The phone's window as the portal's page sees it. */
class FakePhone {
  readonly posted: ToPhone[] = [];
  readonly location = { href: 'about:blank', replace: vi.fn() };
  readonly focus = vi.fn();
  readonly opener: Window | null;
  readonly parent = this;
  closed = false;
  constructor(opener: Window | null = window) {
    this.opener = opener;
  }
  postMessage(message: ToPhone, origin: string): void {
    expect(origin).toBe(phoneOrigin);
    this.posted.push(message);
  }
  says(message: object, origin = phoneOrigin): void {
    const data = { dering: 1, ...message };
    window.dispatchEvent(Object.assign(new Event('message'), { data, origin, source: this }));
  }
  get calls(): string[] {
    return this.posted.flatMap((each) => (each.type === 'call' ? [each.number] : []));
  }
}

let told: [string, unknown][];
let link: Link;
let phone: FakePhone;

beforeEach(() => {
  vi.useFakeTimers();
  // Links of earlier tests hear the same page.
  const mine: typeof told = [];
  told = mine;
  phone = new FakePhone();
  vi.spyOn(window, 'open').mockImplementation(() => phone as unknown as Window);
  link = new Link(new URL(`${phoneOrigin}/`), (kind, what) => mine.push([kind, what]));
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});
const kinds = () => told.map(([kind]) => kind);

describe('the window', () => {
  test('is opened once, and shown again without being loaded again', () => {
    link.open();
    expect(phone.location.replace).toHaveBeenCalledWith(`${phoneOrigin}/`);
    link.open();
    expect(window.open).toHaveBeenCalledTimes(1);
    expect(phone.focus).toHaveBeenCalledTimes(2);
  });

  test('that the browser refuses is told', () => {
    vi.mocked(window.open).mockReturnValue(null);
    link.open();
    expect(told).toMatchObject([['refused', { reason: 'blocked' }]]);
  });

  test('that was closed has no call and nobody signed in', () => {
    link.open();
    phone.says({ type: 'status', status: ready });
    phone.closed = true;
    vi.advanceTimersByTime(1_000);
    expect(link.status.link).toBe('signedOut');
  });

  test('of somebody else, or of another origin, is not heard', () => {
    link.open();
    phone.says({ type: 'status', status: ready }, 'https://evil.example');
    new FakePhone(null).says({ type: 'status', status: ready });
    expect(kinds()).toEqual([]);
  });
});

describe('a number', () => {
  test('is called as soon as the phone is ready, once', () => {
    link.call('tel:10-02');
    phone.says({ type: 'status', status: { ...ready, link: 'connecting' } });
    expect(phone.calls).toEqual([]);
    phone.says({ type: 'status', status: ready });
    phone.says({ type: 'status', status: ready });
    expect(phone.calls).toEqual(['1002']);
  });

  test('that is none is refused, and opens nothing', () => {
    link.call('10a2');
    link.call('*72');
    expect(kinds()).toEqual(['refused', 'refused']);
    expect(window.open).not.toHaveBeenCalled();
  });

  test('that nobody signs in for is given up with words', () => {
    link.call('1002');
    vi.advanceTimersByTime(121_000);
    expect(told).toMatchObject([['refused', { reason: 'late' }]]);
    phone.says({ type: 'status', status: ready });
    expect(phone.calls).toEqual([]);
  });
});

test('ringing and talking are told once each, and the end with its call', () => {
  link.open();
  phone.says({ type: 'status', status: { ...ready, call } });
  phone.says({ type: 'status', status: { ...ready, call, missed: 1 } });
  phone.says({ type: 'status', status: { ...ready, call: { ...call, state: 'talking' } } });
  phone.says({ type: 'ended', call, outcome: 'answered' });
  expect(kinds().filter((kind) => kind !== 'status')).toEqual(['ringing', 'talking', 'ended']);
});

describe('asked for a token', () => {
  const token = async () => {
    link.open();
    phone.says({ type: 'askToken' });
    await vi.advanceTimersByTimeAsync(0);
    return phone.posted.at(-1);
  };

  test('the page gives that of the portal', async () => {
    link.token = () => Promise.resolve('a.b.c');
    expect(await token()).toMatchObject({ type: 'token', token: 'a.b.c' });
  });

  test.each([
    ['has none to give', null],
    ['has nobody signed in', () => undefined],
    ['can not renew it', () => Promise.reject(new Error('no network'))],
  ])('a page that %s says so at once', async (_, give) => {
    link.token = give;
    expect(await token()).toMatchObject({ type: 'token', token: null });
  });
});
