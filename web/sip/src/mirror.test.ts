// SPDX-License-Identifier: Apache-2.0
// A telephone in one page, and its mirror in another, with real channels between them.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Host } from './host';
import { Mirror } from './mirror';
import type { Remote } from './remote';
import type { Talking } from './state';
import { FakeWorld, siti } from './testing/fake_world';
import { sealed, wireVersion } from './wire';

/** Everybody on it hears the others, a copy, at once. */
class Wire {
  private readonly ends = new Set<(message: unknown) => void>();
  said: unknown[] = [];
  isCut = false;

  end(): Remote {
    let own: ((message: unknown) => void) | null = null;
    return {
      post: (message) => {
        const copy: unknown = structuredClone(message);
        this.said.push(copy);
        if (this.isCut) return;
        for (const each of this.ends) if (each !== own) each(copy);
      },
      listen: (listener) => {
        own = listener;
        this.ends.add(listener);
        return () => this.ends.delete(listener);
      },
    };
  }
}

let wire: Wire;
let world: FakeWorld;
let host: Host;
let mirror: Mirror;
let unix: number;
let here: number;

const clocksAt = (now: () => number) => ({ now, unix: () => unix });
const openHost = () =>
  new Host({
    handset: world.telephone,
    remote: wire.end(),
    clocks: clocksAt(() => 0),
  });

beforeEach(() => {
  vi.useFakeTimers();
  wire = new Wire();
  world = new FakeWorld();
  [unix, here] = [1_000_000, 500_000];
  host = openHost();
  mirror = new Mirror({
    remote: wire.end(),
    name: 'mirror',
    isVisible: () => true,
    clocks: clocksAt(() => here),
  });
  mirror.open();
});
afterEach(() => {
  mirror.close();
  host.close();
  vi.useRealTimers();
});

async function talk(): Promise<Talking> {
  mirror.call(siti);
  await vi.advanceTimersByTimeAsync(0);
  world.confirm();
  const { call } = mirror.current();
  if (call?.kind !== 'talking') throw new Error('nobody talks');
  return call;
}

test('a mirror shows what goes on in the other page, and what is wished there is done', async () => {
  expect(mirror.view().contact).toBe('there');
  expect(mirror.current().link).toBe('ready');
  await talk();
  mirror.toggleMute();
  mirror.toggleHold();
  mirror.press('5');
  expect(mirror.current().call).toMatchObject({ muted: true, hold: 'us', tones: '5' });
  mirror.hangUp();
  expect(mirror.current()).toEqual(world.telephone.current());
  expect(mirror.current().over?.outcome).toBe('answered');
  mirror.dismiss();
  expect(world.telephone.current().over).toBeNull();
});

test('who rings in the other page is answered, silenced or declined from here', async () => {
  world.rings('a');
  mirror.silence();
  expect(mirror.current().call).toMatchObject({ stage: 'silenced' });
  mirror.decline();
  expect(world.line.end).toHaveBeenCalledWith('a', { status: 603 });
  world.rings('b');
  mirror.answer();
  await vi.advanceTimersByTimeAsync(0);
  expect(world.line.answer).toHaveBeenCalledWith('b', expect.anything());
});

test('a wish that was meant for another call does nothing', async () => {
  await talk();
  wire.isCut = true;
  world.telephone.hangUp();
  await world.telephone.call({ number: '1003', name: '' });
  wire.isCut = false;
  mirror.hangUp();
  mirror.toggleMute();
  mirror.transfers.send(siti);
  expect(world.telephone.current().call).toMatchObject({ kind: 'ringing-out' });
  expect(world.line.transfer).not.toHaveBeenCalled();
});

test('both pages may mute at once without the second undoing what the first did', async () => {
  await talk();
  wire.isCut = true;
  world.telephone.toggleMute();
  wire.isCut = false;
  mirror.toggleMute();
  expect(world.telephone.current().call).toMatchObject({ muted: true });
});

test('what was wished of a page that stood still is not done when it wakes', async () => {
  await talk();
  wire.isCut = true;
  mirror.hangUp();
  wire.isCut = false;
  const late = wire.said.find((each) => JSON.stringify(each).includes('hang-up'));
  unix += 60_000;
  wire.end().post(late);
  expect(world.telephone.current().call?.kind).toBe('talking');
});

test('a telephone that does not answer is told within ten seconds, and when it is back', async () => {
  wire.isCut = true;
  await vi.advanceTimersByTimeAsync(10_000);
  expect(mirror.view().contact).toBe('silent');
  expect(mirror.current().link).toBe('lost');
  const before = wire.said.length;
  mirror.call(siti);
  expect(wire.said).toHaveLength(before);
  wire.isCut = false;
  await vi.advanceTimersByTimeAsync(3_000);
  expect(mirror.view().contact).toBe('there');
  expect(mirror.current().link).toBe('ready');
});

test('when it is put away the next one counts, and nothing of the one before', () => {
  host.close();
  expect(mirror.view().contact).toBe('seeking');
  unix += 1;
  host = openHost();
  expect(mirror.view().contact).toBe('there');
  wire.end().post(
    sealed({
      kind: 'state',
      term: 1,
      clock: 0,
      phone: { ...world.telephone.current(), link: 'refused' },
      place: { microphone: 'unknown', isMute: false, heard: 'well' },
    }),
  );
  expect(mirror.current().link).toBe('ready');
});

test('time is counted by the clock of this page, and does not jump with each message', async () => {
  here = 700_000;
  const { since } = await talk();
  expect(since).toBe(700_000);
  here += 30;
  mirror.toggleMute();
  expect(mirror.current().call).toMatchObject({ since: 700_000, muted: true });
});

test.each([
  [wireVersion + 1, 'newer'],
  [wireVersion - 1, 'older'],
] as const)('a telephone of version %s is no telephone for this page', async (version, contact) => {
  await talk();
  const other = wire.end();
  other.post({ dering: 'telephone', version, message: { kind: 'state', call: 'something' } });
  expect(mirror.view().contact).toBe(contact);
  const before = wire.said.length;
  mirror.hangUp();
  expect(wire.said).toHaveLength(before);
});

test('who asks in another version is answered, once, and what it wishes is not done', async () => {
  await talk();
  const other = wire.end();
  const heard = vi.fn();
  other.listen(heard);
  const version = wireVersion + 1;
  other.post({ dering: 'telephone', version, message: { kind: 'ask', from: 'other' } });
  expect(heard).toHaveBeenCalledTimes(1);
  expect(heard).toHaveBeenCalledWith(expect.objectContaining({ version: wireVersion }));
  other.post({ dering: 'telephone', version, message: { kind: 'act', term: unix, at: unix } });
  expect(heard).toHaveBeenCalledTimes(1);
  expect(mirror.view().contact).toBe('there');
});

const state = {
  kind: 'state',
  term: 2_000_000,
  clock: 0,
  phone: { link: 'refused', call: null, other: null, over: null },
  place: { microphone: 'granted', isMute: false, heard: 'well' },
};
test.each([
  ['of nobody', { ...state, phone: undefined }],
  ['of an unknown link', { ...state, phone: { ...state.phone, link: 'broken' } }],
  ['of an unknown call', { ...state, phone: { ...state.phone, call: { kind: 'flying' } } }],
  ['without a time', { ...state, clock: Number.NaN }],
  ['in which the end is missing', { ...state, phone: { link: 'ready', call: null, other: null } }],
  ['which is a text', 'state'],
  ['which is nothing', null],
  ['of a prototype', { ...state, kind: '__proto__' }],
])('a broken state %s changes nothing', (_, message) => {
  const before = mirror.current();
  wire.end().post({ dering: 'telephone', version: wireVersion, message });
  expect(mirror.current()).toBe(before);
  expect(mirror.view().contact).toBe('there');
});
test('and the same unbroken does', () => {
  wire.end().post({ dering: 'telephone', version: wireVersion, message: state });
  expect(mirror.current().link).toBe('refused');
});

test('the telephone knows whether one of its mirrors is looked at', async () => {
  expect(host.isLookedAt()).toBe(true);
  mirror.close();
  expect(host.isLookedAt()).toBe(false);
  const other = wire.end();
  const ask = { kind: 'ask', from: 'other', isVisible: true } as const;
  other.post(sealed(ask));
  expect(host.isLookedAt()).toBe(true);
  other.post(sealed({ ...ask, isVisible: false }));
  expect(host.isLookedAt()).toBe(false);
  other.post(sealed(ask));
  unix += 11_000;
  expect(host.isLookedAt()).toBe(false);
});
