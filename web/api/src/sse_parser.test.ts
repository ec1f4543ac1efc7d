// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { SseParser } from './sse_parser';

const stream = ': hello\r\n\r\nevent: presence\r\ndata: {"a":\r\ndata: 1}\r\n\r\ndata:x\n\n';
const events = [
  { name: 'presence', data: '{"a":\n1}' },
  { name: 'message', data: 'x' },
];

test('events are read from a whole stream', () => {
  expect(new SseParser().push(stream)).toEqual(events);
});

test('the same events come out however the stream is cut', () => {
  for (let size = 1; size < stream.length; size++) {
    const parser = new SseParser();
    const found = [];
    for (let at = 0; at < stream.length; at += size) {
      found.push(...parser.push(stream.slice(at, at + size)));
    }
    expect(found, `pieces of ${size}`).toEqual(events);
  }
});

test('a comment keeps the stream alive and is no event', () => {
  expect(new SseParser().push(':\n\n: ping\n\n')).toEqual([]);
});

test('an event that is not finished is not delivered', () => {
  expect(new SseParser().push('event: presence\ndata: {}\n')).toEqual([]);
});

test('a line without end is refused', () => {
  const parser = new SseParser();
  const piece = 'x'.repeat(1024 * 1024);
  expect(() => {
    for (let i = 0; i < 20; i++) parser.push(piece);
  }).toThrow(RangeError);
});
