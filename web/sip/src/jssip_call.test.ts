// SPDX-License-Identifier: Apache-2.0
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { JssipCall } from './jssip_call';
import type { LineEvent } from './line';
import { described, FakeSession } from './testing/fake_session';

const message = (media?: string, body = '') => ({
  getHeader: (name: string) => (name === 'X-Dering-Media' ? media : undefined),
  body,
});

let session: FakeSession;
let told: LineEvent[];
let call: JssipCall;
let isConnected: boolean;
let overs: number;
beforeEach(() => {
  session = new FakeSession();
  told = [];
  isConnected = true;
  overs = 0;
  call = new JssipCall('a', session as never, {
    listen: (event) => told.push(event),
    isConnected: () => isConnected,
    onOver: () => {
      overs += 1;
    },
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

describe('another dialog in the place of the one that is there', () => {
  let next: FakeSession;
  const invite = {
    getHeader: (name: string) =>
      ({
        'X-Dering-Media': 'terminated;reason=transfer',
        'P-Asserted-Identity': '"Tuti" <sip:1003@dering>',
      })[name],
  };
  beforeEach(() => {
    vi.stubGlobal(
      'MediaStream',
      class {
        constructor(readonly tracks: unknown[]) {}
      },
    );
    answered('sealed');
    told.length = 0;
    next = new FakeSession();
    next.direction = 'incoming';
    next.connection.remoteDescription = { sdp: described('44') };
    return () => vi.unstubAllGlobals();
  });
  const isReplaced = () =>
    session.emit('replaces', {
      request: invite,
      // JsSIP ends the old one by itself, unless it is kept from that.
      accept: (begin: (session: FakeSession) => void) => {
        next.on('confirmed', () => session.terminate());
        begin(next);
      },
    });
  const goesOn = () => {
    next.emit('accepted', { originator: 'local' });
    next.emit('confirmed', {});
  };
  const types = () => told.map(({ type }) => type);

  test('is answered with the same microphone, and nobody is rung', () => {
    isReplaced();
    const { mediaStream, extraHeaders } = next.answer.mock.calls[0]?.[0] ?? {};
    expect(mediaStream).toMatchObject({ tracks: [{ kind: 'audio' }] });
    expect(extraHeaders).toEqual([expect.stringMatching(/^Allow: .*UPDATE/)]);
    expect(call.isComing(next as never)).toBe(true);
    expect(told).toEqual([]);
  });

  test('is the call from its answer on: with whom, how safe, and no end of the old one', () => {
    isReplaced();
    goesOn();
    session.emit('ended', { originator: 'remote', cause: 'Terminated' });
    expect(types()).toEqual(['reach', 'identified', 'confirmed', 'described']);
    expect(told[0]).toMatchObject({ id: 'a', reach: { kind: 'terminated' } });
    expect(told[1]).toMatchObject({ id: 'a', party: { number: '1003', name: 'Tuti' } });
    expect(call.session).toBe(next);
    expect(session.terminate).toHaveBeenCalledOnce();
    expect(overs).toBe(0);
  });

  test('ends the call when it ends itself', () => {
    isReplaced();
    goesOn();
    next.emit('ended', { originator: 'remote', cause: 'Terminated' });
    expect(types().at(-1)).toBe('ended');
    expect(overs).toBe(1);
  });

  test('goes on where the server has said goodbye in the old one first', () => {
    isReplaced();
    next.emit('accepted', { originator: 'local' });
    session.isOver = true;
    session.emit('ended', { originator: 'remote', cause: 'Terminated' });
    next.emit('confirmed', {});
    expect(session.terminate).not.toHaveBeenCalled();
    expect(types()).not.toContain('ended');
  });

  test('is muted and held as the old one was, and who held it does no more', () => {
    session.isMutedHere = true;
    session.remote = true;
    call.hold(true);
    isReplaced();
    goesOn();
    expect(next.mute).toHaveBeenCalledOnce();
    expect(next.hold).toHaveBeenCalledOnce();
    expect(next.track.enabled).toBe(false);
    expect(told).toContainEqual({ type: 'held', id: 'a', held: false });
  });

  test('that fails leaves the call where it was', () => {
    isReplaced();
    next.emit('failed', { originator: 'remote', cause: 'Canceled' });
    expect(told).toEqual([]);
    expect(call.session).toBe(session);
    expect(call.isComing(next as never)).toBe(false);
    expect(overs).toBe(0);
  });

  test('is refused when the person hangs up meanwhile', () => {
    isReplaced();
    call.end();
    expect(next.terminate).toHaveBeenCalledOnce();
    expect(types()).toEqual(['ended']);
    expect(overs).toBe(1);
  });

  test('takes keys and transfers from then on', () => {
    isReplaced();
    goesOn();
    call.sendTone('4');
    expect(next.sendDTMF).toHaveBeenCalledOnce();
    expect(session.sendDTMF).not.toHaveBeenCalled();
  });

  test('that came once more, because its answer was lost, takes the place of the first', () => {
    isReplaced();
    next.emit('accepted', { originator: 'local' });
    const [first, second] = [next, new FakeSession()];
    next = second;
    isReplaced();
    goesOn();
    expect(call.session).toBe(second);
    expect(first.terminate).toHaveBeenCalled();
    expect(types()).not.toContain('ended');
  });
});
