// SPDX-License-Identifier: Apache-2.0
// What the fake line of the tests does as JsSIP does it: each test runs on both.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { JssipLine } from './jssip_line';
import type { Line, LineEvent } from './line';
import { unknownReach } from './reach';
import { FakeLine } from './testing/fake_line';
import { account, FakeSocket } from './testing/fake_socket';
import { siti } from './testing/fake_world';

const microphone = { getTracks: () => [] } as unknown as MediaStream;
let told: LineEvent[];

interface Bench {
  readonly line: Line;
  /** Siti calls; gives the name of her call. */
  readonly ring: () => string;
}

function realBench(): Bench {
  vi.stubGlobal('WebSocket', FakeSocket);
  vi.stubGlobal('window', { RTCPeerConnection: () => {} });
  FakeSocket.open = [];
  const line = new JssipLine((event) => told.push(event));
  line.start(account);
  const [server] = FakeSocket.open;
  if (server === undefined) throw new Error('nobody connected');
  server.accept();
  server.answerLast('200 OK');
  const ring = () => {
    const [, user] = /^Contact: <sip:([^@]+)@/m.exec(server.registers()[0] ?? '') ?? [];
    const invite = [
      `INVITE sip:${user}@x.invalid;transport=ws SIP/2.0`,
      'Via: SIP/2.0/WSS pbx.test;branch=z9hG4bK1',
      'From: "Siti" <sip:1002@dering>;tag=a',
      'To: <sip:1001@dering>',
      'Contact: <sip:1002@pbx.test>',
      'Call-ID: of-siti',
      'CSeq: 1 INVITE',
      'Content-Type: application/sdp',
      'Content-Length: 5',
      '',
      'v=0\r\n',
    ].join('\r\n');
    server.onmessage({ data: invite });
    const event = told.at(-1);
    if (event?.type !== 'incoming') throw new Error(`it does not ring: ${event?.type}`);
    return event.id;
  };
  return { line, ring };
}

function fakeBench(): Bench {
  const line = new FakeLine((event) => told.push(event));
  const ring = () => {
    line.tell({ type: 'incoming', id: 'in', party: siti, reach: unknownReach, sent: null });
    return 'in';
  };
  return { line, ring };
}

beforeEach(() => {
  vi.useFakeTimers();
  told = [];
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe.each([
  ['JsSIP', realBench],
  ['the fake line', fakeBench],
])('%s', (_, make) => {
  let bench: Bench;
  beforeEach(() => {
    bench = make();
  });
  afterEach(() => bench.line.stop());
  const ends = () => told.filter(({ type }) => type === 'ended');

  test('says who calls', () => {
    bench.ring();
    expect(told.at(-1)).toMatchObject({ type: 'incoming', party: siti, sent: null });
  });

  test('tells of the end before end() returns, and not why', () => {
    const id = bench.ring();
    bench.line.end(id, { status: 603 });
    expect(told.at(-1)).toEqual({ type: 'ended', id, outcome: 'missed' });
  });

  test('tells of an end once', () => {
    const id = bench.ring();
    bench.line.end(id, { status: 603 });
    bench.line.end(id, { status: 603 });
    expect(ends()).toHaveLength(1);
  });

  test('tells of the end of each call before stop() returns', () => {
    const id = bench.ring();
    bench.line.stop();
    expect(ends()).toEqual([{ type: 'ended', id, outcome: 'missed' }]);
  });

  test('says of a target that is none before dial() returns', () => {
    bench.line.dial('out', 'not a number', microphone);
    expect(told.at(-1)).toEqual({ type: 'ended', id: 'out', outcome: 'unknown_number' });
  });

  test('of a transfer to whom nobody talks with says so before transfer() returns', () => {
    const id = bench.ring();
    bench.line.transfer(id, '1003', 'nobody');
    expect(told.at(-1)).toEqual({
      type: 'transfer',
      id,
      news: { kind: 'failed', why: 'over' },
    });
  });
});
