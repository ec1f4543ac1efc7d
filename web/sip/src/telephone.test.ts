// SPDX-License-Identifier: Apache-2.0
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { Line, LineEvent } from './line';
import { Telephone, type World } from './telephone';

const siti = { number: '1002', name: 'Siti' };

function fakeMicrophone() {
  const track = { stop: vi.fn() };
  return { stream: { getTracks: () => [track] } as unknown as MediaStream, track };
}

function fakeLine() {
  return {
    start: vi.fn<Line['start']>(),
    renew: vi.fn<Line['renew']>(),
    retire: vi.fn<Line['retire']>(),
    stop: vi.fn<Line['stop']>(),
    dial: vi.fn<Line['dial']>(),
    answer: vi.fn<Line['answer']>(),
    end: vi.fn<Line['end']>(),
    mute: vi.fn<Line['mute']>(),
    sendTone: vi.fn<Line['sendTone']>(),
  };
}

let line: ReturnType<typeof fakeLine>;
let microphone: ReturnType<typeof fakeMicrophone>;
let openMicrophone: () => Promise<MediaStream>;
let requestToken: ReturnType<typeof vi.fn<World['requestToken']>>;
let emit: (event: LineEvent) => void;
let telephone: Telephone;

beforeEach(() => {
  line = fakeLine();
  microphone = fakeMicrophone();
  openMicrophone = () => Promise.resolve(microphone.stream);
  requestToken = vi.fn<World['requestToken']>();
  let ids = 0;
  telephone = new Telephone({
    openLine: (listener) => {
      emit = listener;
      return line;
    },
    openMicrophone: () => openMicrophone(),
    play: () => {},
    requestToken,
    now: () => 0,
    newId: () => `call-${++ids}`,
  });
  emit({ type: 'registered' });
});

describe('calling', () => {
  test('opens the microphone first and then sends the call', async () => {
    await telephone.call(siti);
    expect(line.dial).toHaveBeenCalledWith('call-1', '1002', microphone.stream);
    expect(telephone.current().call).toMatchObject({ kind: 'ringing-out', stage: 'calling' });
  });

  test('without permission for the microphone sends nothing and says why', async () => {
    openMicrophone = () => Promise.reject(new DOMException('', 'NotAllowedError'));
    await telephone.call(siti);
    expect(line.dial).not.toHaveBeenCalled();
    expect(telephone.current().call).toMatchObject({ outcome: 'microphone_denied' });
  });

  test('given up while the browser still asks for the microphone closes it and sends nothing', async () => {
    const calling = telephone.call(siti);
    telephone.hangUp();
    await calling;
    expect(line.dial).not.toHaveBeenCalled();
    expect(microphone.track.stop).toHaveBeenCalled();
  });

  test('without a connection fails at once', async () => {
    emit({ type: 'disconnected' });
    await telephone.call(siti);
    expect(telephone.current().call).toMatchObject({ outcome: 'connection_lost' });
  });
});

describe('being called', () => {
  beforeEach(() => emit({ type: 'incoming', id: 'in', party: siti }));

  test('answers with the microphone', async () => {
    await telephone.answer();
    expect(line.answer).toHaveBeenCalledWith('in', microphone.stream);
  });

  test('a second click on Answer does nothing', async () => {
    await Promise.all([telephone.answer(), telephone.answer()]);
    expect(line.answer).toHaveBeenCalledTimes(1);
  });

  test('a page that goes away while it rings has not declined', () => {
    telephone.stop();
    expect(line.end).toHaveBeenCalledWith('in', 410);
    expect(line.stop).toHaveBeenCalled();
  });

  test('declining sends 603', () => {
    telephone.hangUp();
    expect(line.end).toHaveBeenCalledWith('in', 603);
    expect(telephone.current().call).toMatchObject({ outcome: 'turned_down' });
  });

  test('who calls meanwhile hears busy, and the first call is not disturbed', () => {
    emit({ type: 'incoming', id: 'second', party: siti });
    expect(line.end).toHaveBeenCalledWith('second', 486);
    expect(telephone.current().call).toMatchObject({ id: 'in', kind: 'ringing-in' });
  });

  test('a connection that goes away takes the ringing call with it', () => {
    emit({ type: 'disconnected' });
    expect(line.end).toHaveBeenCalledWith('in');
    expect(telephone.current().call).toMatchObject({ outcome: 'missed' });
  });

  test('answering without a microphone tells the caller and the person', async () => {
    openMicrophone = () => Promise.reject(new DOMException('', 'NotFoundError'));
    await telephone.answer();
    expect(line.end).toHaveBeenCalledWith('in', 480);
    expect(telephone.current().call).toMatchObject({ outcome: 'microphone_missing' });
  });
});

describe('talking', () => {
  beforeEach(async () => {
    await telephone.call(siti);
    emit({ type: 'confirmed', id: 'call-1', local: undefined, remote: undefined });
  });

  test('mutes and unmutes', () => {
    telephone.toggleMute();
    telephone.toggleMute();
    expect(line.mute.mock.calls).toEqual([
      ['call-1', true],
      ['call-1', false],
    ]);
  });

  test('survives the loss of the connection', () => {
    emit({ type: 'disconnected' });
    expect(telephone.current().call).toMatchObject({ kind: 'talking' });
  });

  test('closes the microphone when the other side hangs up', () => {
    emit({ type: 'ended', id: 'call-1', outcome: 'answered' });
    expect(microphone.track.stop).toHaveBeenCalled();
  });

  test('hangs up before it closes when the page goes away', () => {
    telephone.stop();
    expect(line.end).toHaveBeenCalledWith('call-1', 603);
    expect(line.stop).toHaveBeenCalled();
  });
});

describe('refusals', () => {
  test('a refused registration asks for a new token', () => {
    emit({ type: 'refused' });
    expect(requestToken.mock.calls).toEqual([[1, false]]);
    expect(telephone.current().link).toBe('refused');
  });

  test('who is not let in under any token is told so', () => {
    emit({ type: 'refused', forbidden: true });
    expect(requestToken.mock.calls).toEqual([[1, true]]);
  });

  test('are counted until one registration succeeds', () => {
    emit({ type: 'refused' });
    emit({ type: 'refused' });
    emit({ type: 'registered' });
    emit({ type: 'refused' });
    expect(requestToken.mock.calls.map(([refusals]) => refusals)).toEqual([1, 2, 1]);
  });

  test('a connection that the server closed for its sign-in asks for a new token', () => {
    emit({ type: 'disconnected', signedOut: true });
    expect(telephone.current().link).toBe('lost');
    expect(requestToken.mock.calls).toEqual([[1, false]]);
    emit({ type: 'disconnected' });
    expect(requestToken).toHaveBeenCalledTimes(1);
  });
});

describe('when the sign-in is over', () => {
  test('a conversation goes on, muted and ended as ever', async () => {
    await telephone.call(siti);
    emit({ type: 'confirmed', id: 'call-1', local: undefined, remote: undefined });
    telephone.retire();
    expect(telephone.current()).toMatchObject({ link: 'signedOut', call: { kind: 'talking' } });
    expect(line.retire).toHaveBeenCalledTimes(1);
    expect(line.end).not.toHaveBeenCalled();
    telephone.toggleMute();
    expect(line.mute).toHaveBeenCalledWith('call-1', true);
    telephone.hangUp();
    expect(line.end).toHaveBeenCalledWith('call-1', 603);
  });

  test('nobody calls any more, and nobody is called', async () => {
    telephone.retire();
    await telephone.call(siti);
    expect(line.dial).not.toHaveBeenCalled();
    emit({ type: 'incoming', id: 'in', party: siti });
    expect(line.end).toHaveBeenCalledWith('in', 480);
    expect(telephone.current().call).toMatchObject({ kind: 'ended' });
  });

  test('a call that rings here is let go', () => {
    emit({ type: 'incoming', id: 'in', party: siti });
    telephone.retire();
    expect(line.end).toHaveBeenCalledWith('in', 480);
    expect(telephone.current().call).toMatchObject({ outcome: 'missed' });
  });

  test('whatever the connection does, it stays so, and no token is asked for', () => {
    telephone.retire();
    emit({ type: 'refused' });
    emit({ type: 'disconnected', signedOut: true });
    emit({ type: 'connecting' });
    emit({ type: 'registered' });
    expect(telephone.current().link).toBe('signedOut');
    expect(requestToken).not.toHaveBeenCalled();
  });
});
