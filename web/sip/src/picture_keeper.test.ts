// SPDX-License-Identifier: Apache-2.0
import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { PictureKeeper } from './picture_keeper';

const track = (name: string) => ({ kind: 'video', name }) as unknown as MediaStreamTrack;
const camera = { shown: 'camera', track: track('camera') } as const;
const screen = { shown: 'screen', track: track('screen') } as const;

/** One place for a picture, as a browser has it. */
class FakeTransceiver {
  direction: RTCRtpTransceiverDirection = 'sendrecv';
  currentDirection: RTCRtpTransceiverDirection | null = null;
  readonly receiver = { track: track('theirs') };
  readonly sender;

  constructor(sent: MediaStreamTrack | null) {
    this.sender = {
      track: sent,
      replaceTrack: vi.fn<(next: MediaStreamTrack | null) => Promise<void>>((next) => {
        this.sender.track = next;
        return Promise.resolve();
      }),
      getParameters: () => ({ encodings: [{}] }),
      setParameters: vi.fn<(parameters: object) => Promise<void>>(() => Promise.resolve()),
    };
  }
}

/** JsSIP and the browser: an offer waits until the test answers it. */
class FakeSession extends EventEmitter {
  transceivers: FakeTransceiver[] = [];
  isReady = true;
  local = false;
  done: (() => void) | null = null;
  readonly connection = Object.assign(new EventTarget(), {
    signalingState: 'stable',
    getTransceivers: () => this.transceivers,
    addTransceiver: (sent: MediaStreamTrack) => {
      this.transceivers.push(new FakeTransceiver(sent));
    },
  });
  isEnded = () => false;
  isEstablished = () => true;
  isOnHold = () => ({ local: this.local, remote: false });
  isReadyToReOffer = () => this.isReady && this.done === null;
  renegotiate = vi.fn<(options: object, done: () => void) => boolean>((_, done) => {
    this.done = done;
    return true;
  });

  /** Both agree; null: the place is refused. */
  agree(direction: RTCRtpTransceiverDirection | null): void {
    if (direction === null) this.transceivers = [];
    for (const each of this.transceivers) each.currentDirection = direction;
    this.connection.dispatchEvent(new Event('signalingstatechange'));
    const { done } = this;
    this.done = null;
    done?.();
  }
}

let session: FakeSession;
let keeper: PictureKeeper;
const refused = vi.fn<(why: string) => void>();
const theirs = vi.fn<(shown: string, track: MediaStreamTrack | null) => void>();
const silence = vi.fn<() => void>();

beforeEach(() => {
  vi.useFakeTimers();
  for (const each of [refused, theirs, silence]) each.mockClear();
  session = new FakeSession();
  keeper = new PictureKeeper(session as never, {
    isConnected: () => true,
    silence,
    onTheirs: theirs,
    onRefused: refused,
  });
  keeper.follow(session.connection as never);
});
afterEach(() => vi.useRealTimers());

const offered = (): string => {
  const event = { originator: 'local', sdp: 'v=0\r\nm=video 9 X 96\r\n' };
  session.emit('sdp', event);
  return event.sdp;
};
const place = () => session.transceivers[0];

describe('our picture', () => {
  test('is offered, and the sound stays as it was', () => {
    keeper.set(camera);
    expect(place()?.sender.track).toBe(camera.track);
    expect(session.renegotiate).toHaveBeenCalledOnce();
    expect(silence).toHaveBeenCalledOnce();
    session.agree('sendonly');
    expect(refused).not.toHaveBeenCalled();
    expect(place()?.sender.setParameters).toHaveBeenCalledWith({
      encodings: [{ maxBitrate: 1_200_000 }],
    });
  });

  test.each([
    ['and offered again where the connection took the offer with it', camera],
    ['and what is wished by then is told', null],
  ])('is kept, %s', (_, wished) => {
    keeper.set(camera);
    session.done = null;
    keeper.onLost();
    keeper.set(wished);
    vi.advanceTimersByTime(400);
    expect(session.renegotiate).toHaveBeenCalledTimes(2);
    session.agree(wished === null ? 'inactive' : 'sendonly');
    vi.advanceTimersByTime(10_000);
    expect(session.renegotiate).toHaveBeenCalledTimes(2);
    expect(refused).not.toHaveBeenCalled();
  });

  test('is gone at once when it is turned off, and its place is kept for theirs', () => {
    keeper.set(camera);
    session.agree('sendonly');
    keeper.set(null);
    expect(place()?.sender.track).toBeNull();
    expect(place()?.direction).toBe('recvonly');
    expect(session.renegotiate).toHaveBeenCalledTimes(2);
  });

  test('that was wished off again while the offer waited is taken back after it', () => {
    keeper.set(camera);
    keeper.set(null);
    expect(session.renegotiate).toHaveBeenCalledOnce();
    session.agree('sendonly');
    expect(session.renegotiate).toHaveBeenCalledTimes(2);
    expect(place()?.sender.track).toBeNull();
  });

  test('waits until an offer may be made: a second one would end the call', () => {
    session.isReady = false;
    keeper.set(camera);
    expect(session.renegotiate).not.toHaveBeenCalled();
    session.isReady = true;
    vi.advanceTimersByTime(300);
    expect(session.renegotiate).toHaveBeenCalledOnce();
  });

  test('says that it is a screen', () => {
    keeper.set(screen);
    expect(offered()).toContain('a=content:slides');
    keeper.set(camera);
    expect(offered()).not.toContain('content');
  });

  test('that met an offer of the other side comes again', () => {
    keeper.set(camera);
    session.agree(null);
    expect(refused).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1_200);
    expect(session.renegotiate).toHaveBeenCalledTimes(2);
    session.agree('sendonly');
    vi.advanceTimersByTime(60_000);
    expect(session.renegotiate).toHaveBeenCalledTimes(2);
    expect(refused).not.toHaveBeenCalled();
  });

  test('that nobody there takes is given up, in words', () => {
    keeper.set(camera);
    for (let i = 0; i < 5; i++) {
      session.agree(null);
      vi.advanceTimersByTime(1_200);
    }
    expect(refused.mock.calls).toEqual([['unshown']]);
    expect(session.renegotiate).toHaveBeenCalledTimes(5);
  });

  test('ends with its place, when the server must hear the call', () => {
    keeper.set(camera);
    session.agree('sendonly');
    session.agree(null);
    expect(refused.mock.calls).toEqual([['ended']]);
  });

  test('does not end with a hold', () => {
    keeper.set(camera);
    session.agree('sendonly');
    session.local = true;
    session.agree('inactive');
    expect(refused).not.toHaveBeenCalled();
  });
});

describe('their picture', () => {
  const comes = (sdp: string) => {
    session.emit('sdp', { originator: 'remote', sdp });
    session.transceivers = [new FakeTransceiver(null)];
    session.agree('recvonly');
  };

  test('is told as what it is, with its track, once', () => {
    comes('v=0\r\nm=video 9 X 96\r\na=content:slides\r\n');
    session.agree('recvonly');
    expect(theirs.mock.calls).toEqual([['screen', place()?.receiver.track]]);
    session.agree('inactive');
    expect(theirs).toHaveBeenLastCalledWith('none', null);
  });

  test('turns on nothing here', () => {
    comes('v=0\r\nm=video 9 X 96\r\n');
    expect(theirs).toHaveBeenLastCalledWith('camera', place()?.receiver.track);
    expect(place()?.sender.track).toBeNull();
    expect(session.renegotiate).not.toHaveBeenCalled();
  });

  test('and ours share one place', () => {
    comes('v=0\r\nm=video 9 X 96\r\n');
    keeper.set(camera);
    expect(session.transceivers).toHaveLength(1);
    expect(place()?.direction).toBe('sendrecv');
    expect(place()?.sender.track).toBe(camera.track);
  });

  test('ends with the connection that brought it', () => {
    comes('v=0\r\nm=video 9 X 96\r\n');
    keeper.stop();
    expect(theirs).toHaveBeenLastCalledWith('none', null);
  });
});
