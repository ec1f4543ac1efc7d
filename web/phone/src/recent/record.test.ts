// SPDX-License-Identifier: Apache-2.0
import type { CallRecord } from '@dering/api/types';
import { expect, test } from 'vitest';
import { isLater, isNew, kindOf, reasonOf } from './record';

const call = (record: Partial<CallRecord>): CallRecord => ({
  id: '1',
  direction: 'in',
  peer: '1002',
  peer_name: 'Siti',
  started_at: 1_800_000_000,
  duration_ms: -1,
  outcome: 'no_answer',
  missed: record.direction !== 'out',
  transferred: false,
  ...record,
});

test('the server says which call was missed', () => {
  expect(kindOf(call({}))).toBe('missed');
  expect(kindOf(call({ outcome: 'cancelled' }))).toBe('missed');
  expect(kindOf(call({ outcome: 'declined', missed: false }))).toBe('in');
});

test('ids count up, however long they are', () => {
  expect(isLater('10', '9')).toBe(true);
  expect(isLater('9', '10')).toBe(false);
  expect(isLater('11', '10')).toBe(true);
  expect(isLater('10', '10')).toBe(false);
});

test('new is what was missed after the last look', () => {
  expect(isNew(call({ id: '10' }), '9')).toBe(true);
  expect(isNew(call({ id: '9' }), '9')).toBe(false);
  expect(isNew(call({ id: '10', missed: false }), '9')).toBe(false);
});

test('a call that somebody else answered is never missed', () => {
  const taken = call({ outcome: 'elsewhere', missed: false });
  expect(kindOf(taken)).toBe('in');
  expect(reasonOf(taken)).toBe('recent.incoming.elsewhere');
});

test('a phone that took no calls, or not this caller, missed the call', () => {
  for (const outcome of ['unavailable', 'refused'] as const) {
    expect(kindOf(call({ outcome }))).toBe('missed');
    expect(reasonOf(call({ outcome }))).toBe(`recent.incoming.${outcome}`);
    expect(reasonOf(call({ direction: 'out', outcome }))).toBe(`recent.outgoing.${outcome}`);
  }
});

test('a conversation that began or ended by a transfer says so, unless it broke', () => {
  const left = { duration_ms: 0, outcome: 'transferred', transferred: true };
  expect(kindOf(call(left))).toBe('in');
  expect(reasonOf(call(left))).toBe('recent.transferred.in');
  const came = {
    direction: 'out',
    duration_ms: 900,
    outcome: 'answered',
    transferred: true,
  } as const;
  expect(kindOf(call(came))).toBe('out');
  expect(reasonOf(call(came))).toBe('recent.transferred.out');
  expect(reasonOf(call({ ...came, outcome: 'lost' }))).toBe('recent.broken.lost');
  expect(reasonOf(call({ ...came, duration_ms: -1, outcome: 'busy' }))).toBe(
    'recent.outgoing.busy',
  );
});

test('an outgoing call without an answer says so', () => {
  expect(kindOf(call({ direction: 'out', outcome: 'busy' }))).toBe('unanswered');
});

test('a conversation is a conversation, even one that broke', () => {
  expect(kindOf(call({ duration_ms: 0, outcome: 'answered' }))).toBe('in');
  expect(kindOf(call({ direction: 'out', duration_ms: 900, outcome: 'lost' }))).toBe('out');
});

test('the reasons are kept apart, for the caller and for who was called', () => {
  const seen = (direction: 'in' | 'out', outcome: string) => reasonOf(call({ direction, outcome }));
  expect(seen('out', 'busy')).toBe('recent.outgoing.busy');
  expect(seen('in', 'busy')).toBe('recent.incoming.busy');
  expect(seen('out', 'no_microphone')).toBe('recent.outgoing.no_microphone');
  expect(seen('in', 'declined')).toBe('recent.incoming.declined');
  expect(seen('in', 'no_answer')).toBeNull();
});

test('a conversation that broke says so, and one that was ended says nothing more', () => {
  expect(reasonOf(call({ duration_ms: 900, outcome: 'lost' }))).toBe('recent.broken.lost');
  expect(reasonOf(call({ duration_ms: 900, outcome: 'answered' }))).toBeNull();
});

test('a word of a newer server is no reason', () => {
  expect(reasonOf(call({ direction: 'out', outcome: 'eaten_by_a_dog' }))).toBeNull();
});
