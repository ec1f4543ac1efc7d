// SPDX-License-Identifier: Apache-2.0
import { expect, test, vi } from 'vitest';
import { dialogOf, sendRefer } from './refer';
import { whyFailed, whyRefused, type TransferNews } from './transfer';

type Handlers = Record<string, (event: object) => void>;

function refer(session: { refer: unknown } | null, asked: object | null = null) {
  const told: TransferNews[] = [];
  const target = { number: '1004', asked: asked as never };
  sendRefer(session as never, target, (news) => told.push(news));
  return told;
}

test('tells what the server tells of it', () => {
  let handlers: Handlers = {};
  const session = {
    refer: vi.fn((_: string, options: { eventHandlers: Handlers }) => {
      handlers = options.eventHandlers;
      return true;
    }),
  };
  const told = refer(session);
  expect(session.refer.mock.calls[0]?.[0]).toBe('1004');
  expect(session.refer.mock.calls[0]?.[1]).not.toHaveProperty('replaces');
  handlers['progress']?.({});
  handlers['failed']?.({ status_line: { status_code: '486' } });
  handlers['accepted']?.({});
  handlers['requestFailed']?.({ response: { status_code: 404 } });
  handlers['requestFailed']?.({ response: null });
  expect(told).toEqual([
    { kind: 'ringing' },
    { kind: 'failed', why: 'busy' },
    { kind: 'done' },
    { kind: 'failed', why: 'unknown_number' },
    { kind: 'failed', why: 'connection_lost' },
  ]);
});

test('tells at once where nothing can be sent', () => {
  expect(refer(null)).toEqual([{ kind: 'failed', why: 'connection_lost' }]);
  expect(refer({ refer: () => false })).toEqual([{ kind: 'failed', why: 'over' }]);
  const refuses = () => {
    throw new TypeError('Invalid target');
  };
  expect(refer({ refer: refuses })).toEqual([{ kind: 'failed', why: 'unknown_number' }]);
});

test('a call that still rings there is named by the tag that came with the ringing', () => {
  const request = { call_id: 'c' };
  const ringing = {
    _request: request,
    _from_tag: 'ours',
    _to_tag: null,
    _earlyDialogs: { x: { id: { remote_tag: 'theirs' } } },
  };
  const dialog = { _request: request, _from_tag: 'ours', _to_tag: 'theirs' };
  expect(dialogOf(ringing as never)).toEqual(dialog);
  expect(dialogOf({ ...ringing, _to_tag: 'answered' } as never)).toEqual({
    ...dialog,
    _to_tag: 'answered',
  });
  expect(dialogOf({ ...ringing, _earlyDialogs: {} } as never)).toBeNull();
});

test('a status is a reason of its own before and after the server has tried', () => {
  expect([403, 404, 482, 503, 400].map(whyRefused)).toEqual([
    'not_allowed',
    'unknown_number',
    'already_there',
    'too_many',
    'failed',
  ]);
  expect([486, 603, 408, 480, 487, 500].map(whyFailed)).toEqual([
    'busy',
    'declined',
    'no_answer',
    'offline',
    'gave_up',
    'failed',
  ]);
});
