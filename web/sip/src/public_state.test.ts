// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { publicState } from './public_state';
import { reduce } from './reduce';
import { unknownReach } from './reach';
import { idlePhone, type Phone, type PhoneEvent } from './state';

const party = { number: '1002', name: 'Budi' };
const after = (...events: PhoneEvent[]): Phone => events.reduce(reduce, idlePhone);
const seen = (...events: PhoneEvent[]) => publicState(after(...events), 1_000);

const rings: PhoneEvent = { type: 'rings-here', id: 'a', party, reach: unknownReach };
const talks: PhoneEvent = { type: 'confirmed', id: 'a', at: 5, stage: 'connected' };
const ends: PhoneEvent = { type: 'finished', id: 'a', at: 9, outcome: 'answered' };

test('nothing goes on', () => {
  expect(seen()).toEqual({ connection: 'connecting', call: { kind: 'idle' }, waiting: null });
  expect(seen({ type: 'link', link: 'refused' }).connection).toBe('refused');
  expect(seen({ type: 'link', link: 'signedOut' }).connection).toBe('closed');
});

test('a call that comes in, is answered and ends', () => {
  expect(seen(rings).call).toEqual({ kind: 'incoming', id: 'a', party, stage: 'ringing' });
  expect(seen(rings, { type: 'silenced', id: 'a' }).call).toMatchObject({ stage: 'ringing' });
  expect(seen(rings, { type: 'answering', id: 'a' }).call).toMatchObject({ stage: 'answering' });
  expect(seen(rings, talks).call).toEqual({
    kind: 'talking',
    id: 'a',
    party,
    stage: 'connected',
    since: 1_005,
    muted: false,
    hold: 'nobody',
    tones: '',
    transfer: null,
  });
  expect(seen(rings, talks, ends).call).toEqual({
    kind: 'ended',
    id: 'a',
    party,
    direction: 'in',
    outcome: 'answered',
    duration: 4,
  });
});

test.each([
  [[], 'microphone'],
  [[{ type: 'sent', id: 'a' }], 'calling'],
  [[{ type: 'rings-there', id: 'a', early: false }], 'ringing'],
  [[{ type: 'rings-there', id: 'a', early: true }], 'ringing'],
] as [PhoneEvent[], string][])('a call that goes out, %j: %s', (events, stage) => {
  const { call } = seen({ type: 'dialled', id: 'a', party }, ...events);
  expect(call).toEqual({ kind: 'outgoing', id: 'a', party, stage });
});

test('who calls during a conversation waits beside it', () => {
  const state = seen(rings, talks, { ...rings, id: 'b' });
  expect([state.call.kind, state.waiting?.kind, state.waiting?.id]).toEqual([
    'talking',
    'incoming',
    'b',
  ]);
});

test('a transfer tells how far it got, and how the call ended then', () => {
  const transfer = { to: party, why: null, asked: null, resumes: false } as const;
  const at = (stage: 'ringing' | 'done') =>
    ({ type: 'transfer', id: 'a', transfer: { ...transfer, stage } }) as const;
  expect(seen(rings, talks, at('ringing')).call).toMatchObject({ transfer: { stage: 'ringing' } });
  expect(seen(rings, talks, at('done'), ends).call).toMatchObject({ outcome: 'transferred' });
  const failed = { ...transfer, stage: 'failed', why: 'busy' } as const;
  const { call } = seen(rings, talks, { type: 'transfer', id: 'a', transfer: failed });
  expect(call).toMatchObject({ transfer: { stage: 'failed', why: 'busy' } });
});
