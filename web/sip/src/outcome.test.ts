// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { outcomeOfEnd, outcomeOfFailure } from './jssip_outcome';
import { outcomeOfMicrophone, outcomeOfReason, outcomeOfResponse } from './outcome';

function message(reason?: string, status?: number) {
  return {
    getHeader: () => reason,
    ...(status === undefined ? {} : { status_code: status }),
  };
}

test.each([
  [404, 'unknown_number'],
  [482, 'self_call'],
  [480, 'offline'],
  [486, 'busy'],
  [408, 'no_answer'],
  [487, 'no_answer'],
  [603, 'declined'],
  [488, 'incompatible'],
  [503, 'media_unavailable'],
  [401, 'not_allowed'],
  [403, 'not_allowed'],
  [599, 'failed'],
])('a bare %i means %s', (status, outcome) => {
  expect(outcomeOfResponse(status)).toBe(outcome);
});

test('the word of a Reason says more than the status', () => {
  expect(outcomeOfResponse(503, 'SIP;cause=503;text="too_many_calls"')).toBe('too_many_calls');
});

test.each([
  [480, 'unavailable'],
  [403, 'refused'],
])(
  'what the phone there does not take is told apart from who has none and who may not: %i %s',
  (status, word) => {
    const reason = `SIP;cause=${status};text="${word}"`;
    expect(outcomeOfResponse(status, reason)).toBe(word);
  },
);

test('a conversation that went on in another call was transferred', () => {
  const reason = 'SIP;cause=200;text="transferred"';
  const end = { originator: 'remote', cause: 'Terminated', message: message(reason) };
  expect(outcomeOfEnd(end)).toBe('transferred');
});

test('a Reason is read with blanks, in any case, and with an unknown text by its cause', () => {
  expect(outcomeOfReason('SIP ; cause=503 ; text="Media Lost"')).toBe('media_lost');
  expect(outcomeOfReason('SIP;cause=486;text="gone fishing"')).toBe('busy');
  expect(outcomeOfReason('SIP;cause=499')).toBe('failed');
});

test('a normal clearing is no reason', () => {
  expect(outcomeOfReason('SIP;cause=200;text="User Triggered"')).toBeNull();
  expect(outcomeOfReason('Q.850;cause=16')).toBeNull();
  expect(outcomeOfReason(undefined)).toBeNull();
});

test('a CANCEL is a missed call, unless another phone took it', () => {
  const end = { originator: 'remote', cause: 'Canceled' };
  expect(outcomeOfFailure({ ...end, message: message() }, 'incoming')).toBe('missed');
  const elsewhere = message('SIP;cause=200;text="Call completed elsewhere"');
  expect(outcomeOfFailure({ ...end, message: elsewhere }, 'incoming')).toBe('answered_elsewhere');
});

test('a failure without any answer is told by its cause', () => {
  const end = { originator: 'system', message: null };
  const failure = (cause: string) => outcomeOfFailure({ ...end, cause }, 'outgoing');
  expect(failure('Connection Error')).toBe('connection_lost');
  expect(failure('RTP Timeout')).toBe('ice_failed');
  expect(failure('something new')).toBe('failed');
});

// UX5: JsSIP says "Canceled" and "Rejected" also where it gave the call up by itself.
test('what JsSIP gives up by itself was neither cancelled nor declined by the person', () => {
  const end = { originator: 'local', message: null };
  expect(outcomeOfFailure({ ...end, cause: 'Canceled' }, 'outgoing')).toBe('connection_lost');
  expect(outcomeOfFailure({ ...end, cause: 'Rejected' }, 'incoming')).toBe('missed');
});

test.each([
  ['No ACK', 'connection_lost'],
  ['Connection Error', 'connection_lost'],
  ['Dialog Error', 'lost'],
  ['something new', 'lost'],
])('a conversation that JsSIP ends by itself with %s did not just end', (cause, outcome) => {
  expect(outcomeOfEnd({ originator: 'local', cause, message: null })).toBe(outcome);
});

test('a BYE is a normal end unless it says otherwise', () => {
  const end = { originator: 'remote', cause: 'Terminated' };
  expect(outcomeOfEnd({ ...end, message: message() })).toBe('answered');
  const lost = message('SIP;cause=503;text="media_lost"');
  expect(outcomeOfEnd({ ...end, message: lost })).toBe('media_lost');
});

test('sound that never came back ends a call with words about the network', () => {
  expect(outcomeOfEnd({ originator: 'local', cause: 'RTP Timeout', message: null })).toBe(
    'ice_failed',
  );
});

test.each([
  ['NotAllowedError', 'microphone_denied'],
  ['NotFoundError', 'microphone_missing'],
  ['NotReadableError', 'microphone_failed'],
])('%s means %s', (name, outcome) => {
  expect(outcomeOfMicrophone(new DOMException('', name))).toBe(outcome);
});
