// SPDX-License-Identifier: Apache-2.0
import { EventEmitter } from 'node:events';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { JssipCall } from './jssip_call';
import type { LineEvent } from './line';

const described = (byte: string) =>
  `v=0\r\na=fingerprint:sha-256 ${Array.from({ length: 32 }, () => byte).join(':')}\r\n`;
const message = (media?: string, body = '') => ({
  getHeader: (name: string) => (name === 'X-Dering-Media' ? media : undefined),
  body,
});

/** A call that has been answered, as JsSIP shows it. */
class FakeSession extends EventEmitter {
  readonly dtmf = { canInsertDTMF: true };
  readonly connection = {
    addEventListener: () => {},
    getSenders: () => [{ track: { kind: 'audio', enabled: true }, dtmf: this.dtmf }],
    iceConnectionState: 'connected',
    localDescription: { sdp: described('11') },
    remoteDescription: { sdp: described('22') },
  };
  direction = 'outgoing';
  remote_identity = { uri: { user: '1002' }, display_name: 'Siti' };
  sendDTMF = vi.fn<(tone: string, options: { transportType: string }) => void>();
  isEstablished = () => true;
  isMuted = () => ({ audio: false });
  isOnHold = () => ({ local: false, remote: false });
}

let session: FakeSession;
let told: LineEvent[];
let call: JssipCall;
let isConnected: boolean;
beforeEach(() => {
  session = new FakeSession();
  told = [];
  isConnected = true;
  call = new JssipCall('a', session as never, {
    listen: (event) => told.push(event),
    isConnected: () => isConnected,
    onOver: () => {},
  });
});
const reaches = () => told.flatMap((event) => (event.type === 'reach' ? [event.reach.kind] : []));
const answered = (media?: string) => {
  session.emit('accepted', { originator: 'remote', response: message(media) });
  session.emit('confirmed', {});
};
const offered = (media: string | undefined, print: string) => {
  session.emit('reinvite', { request: message(media) });
  session.emit('sdp', { originator: 'remote', sdp: described(print) });
};

describe('what the server says of the encryption', () => {
  test('is heard in 183, 200 and a later offer', () => {
    const early = message('terminated;reason=desk-phone', 'v=0');
    session.emit('progress', { originator: 'remote', response: early });
    answered('sealed');
    offered('terminated', '22');
    expect(reaches()).toEqual(['terminated', 'sealed', 'terminated']);
  });

  test('stays said while the certificate stays', () => {
    answered('sealed');
    offered(undefined, '22');
    expect(reaches()).toEqual(['sealed']);
  });

  test('is said of one certificate: another one that comes without a word is not sealed', () => {
    answered('sealed');
    offered(undefined, '33');
    expect(reaches()).toEqual(['sealed', 'unknown']);
  });

  test('may be said of the new certificate again', () => {
    answered('sealed');
    offered('sealed', '33');
    expect(reaches()).toEqual(['sealed', 'sealed']);
  });

  test('comes with an INVITE too', () => {
    call.tell(message('terminated;reason=desk-phone') as never);
    expect(told.at(-1)).toMatchObject({
      type: 'incoming',
      party: { number: '1002', name: 'Siti' },
      reach: { kind: 'terminated', reason: 'desk-phone' },
    });
  });
});

describe('a ringing phone', () => {
  test('sounds by itself when the server has sent a description with it', () => {
    session.emit('progress', { originator: 'remote', response: message() });
    session.emit('progress', { originator: 'remote', response: message(undefined, 'v=0') });
    expect(told.map((event) => event.type === 'ringing' && event.early)).toEqual([false, true]);
  });
});

describe('a key', () => {
  const transports = () => session.sendDTMF.mock.calls.map(([, options]) => options.transportType);

  test('goes by INFO where the server has the key, and in the sound where it has none', () => {
    answered('sealed');
    expect(call.sendTone('4')).toBe(true);
    offered('terminated;reason=desk-phone', '33');
    expect(call.sendTone('2')).toBe(true);
    expect(transports()).toEqual(['RFC2833', 'INFO']);
  });

  test('goes in the sound while there is no connection: an INFO would end the call', () => {
    answered('terminated');
    isConnected = false;
    expect(call.sendTone('4')).toBe(true);
    expect(transports()).toEqual(['RFC2833']);
  });

  test('that can go nowhere is not sent', () => {
    answered('terminated');
    isConnected = false;
    session.dtmf.canInsertDTMF = false;
    expect(call.sendTone('4')).toBe(false);
    expect(session.sendDTMF).not.toHaveBeenCalled();
  });
});

test('only a hold of the other side is told', () => {
  session.emit('hold', { originator: 'local' });
  session.emit('hold', { originator: 'remote' });
  session.emit('unhold', { originator: 'remote' });
  expect(told).toEqual([
    { type: 'held', id: 'a', held: true },
    { type: 'held', id: 'a', held: false },
  ]);
});
