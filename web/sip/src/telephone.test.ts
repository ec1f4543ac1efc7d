// SPDX-License-Identifier: Apache-2.0
import { beforeEach, describe, expect, test } from 'vitest';
import { FakeWorld, siti } from './testing/fake_world';

let world: FakeWorld;
beforeEach(() => {
  world = new FakeWorld();
});

describe('calling', () => {
  test('opens the microphone first and then sends the call', async () => {
    await world.telephone.call(siti);
    expect(world.line.dial).toHaveBeenCalledWith('call-1', '1002', world.microphone);
    expect(world.telephone.current().call).toMatchObject({ kind: 'ringing-out', stage: 'sent' });
  });

  test('without permission for the microphone sends nothing and says why', async () => {
    world.refuseMicrophone('NotAllowedError');
    await world.telephone.call(siti);
    expect(world.line.dial).not.toHaveBeenCalled();
    expect(world.telephone.current().over).toMatchObject({ outcome: 'microphone_denied' });
  });

  test('given up while the browser still asks for the microphone closes it and sends nothing', async () => {
    const calling = world.telephone.call(siti);
    world.telephone.hangUp();
    await calling;
    expect(world.line.dial).not.toHaveBeenCalled();
    expect(world.track.stop).toHaveBeenCalled();
  });

  test('without a connection fails at once', async () => {
    world.emit({ type: 'disconnected' });
    await world.telephone.call(siti);
    expect(world.telephone.current().over).toMatchObject({ outcome: 'connection_lost' });
  });
});

describe('being called', () => {
  beforeEach(() => world.rings('in'));

  test('answers with the microphone', async () => {
    await world.telephone.answer();
    expect(world.line.answer).toHaveBeenCalledWith('in', world.microphone);
  });

  test('a second click on Answer does nothing', async () => {
    await Promise.all([world.telephone.answer(), world.telephone.answer()]);
    expect(world.line.answer).toHaveBeenCalledTimes(1);
  });

  test('a page that goes away while it rings has not declined', () => {
    world.telephone.stop();
    expect(world.line.end).toHaveBeenCalledWith('in', { status: 410 });
    expect(world.line.stop).toHaveBeenCalled();
  });

  test('declining sends 603', () => {
    world.telephone.hangUp();
    expect(world.line.end).toHaveBeenCalledWith('in', { status: 603 });
    expect(world.telephone.current().over).toMatchObject({ outcome: 'turned_down' });
  });

  test('who calls while it rings hears busy, and the first call is not disturbed', () => {
    world.rings('second');
    expect(world.line.end).toHaveBeenCalledWith('second', { status: 486 });
    expect(world.telephone.current().call).toMatchObject({ id: 'in', kind: 'ringing-in' });
  });

  test('a connection that goes away takes the ringing call with it', () => {
    world.emit({ type: 'disconnected' });
    expect(world.line.end).toHaveBeenCalledWith('in', { status: 410 });
    expect(world.telephone.current().over).toMatchObject({ outcome: 'missed' });
  });

  // UX1
  test.each([
    ['NotAllowedError', 'microphone_denied'],
    ['NotFoundError', 'microphone_missing'],
    ['NotReadableError', 'microphone_failed'],
  ])(
    'answering with %s tells the caller and the person, and nobody has declined',
    async (name, outcome) => {
      world.refuseMicrophone(name);
      await world.telephone.answer();
      expect(world.line.end).toHaveBeenCalledWith('in', { status: 480, word: 'no_microphone' });
      expect(world.telephone.current().over).toMatchObject({ outcome });
    },
  );

  test('a refused microphone says nothing about a call that is over meanwhile', async () => {
    world.refuseMicrophone('NotAllowedError');
    const answering = world.telephone.answer();
    world.emit({ type: 'ended', id: 'in', outcome: 'missed' });
    await answering;
    expect(world.line.end).not.toHaveBeenCalled();
    expect(world.telephone.current().over).toMatchObject({ outcome: 'missed' });
  });
});

describe('talking', () => {
  beforeEach(async () => {
    await world.telephone.call(siti);
    world.confirm();
  });

  test('mutes and unmutes', () => {
    world.telephone.toggleMute();
    world.telephone.toggleMute();
    expect(world.line.mute.mock.calls).toEqual([
      ['call-1', true],
      ['call-1', false],
    ]);
  });

  test('survives the loss of the connection', () => {
    world.emit({ type: 'disconnected' });
    expect(world.telephone.current().call).toMatchObject({ kind: 'talking' });
  });

  test('closes the microphone when the other side hangs up', () => {
    world.emit({ type: 'ended', id: 'call-1', outcome: 'answered' });
    expect(world.track.stop).toHaveBeenCalled();
  });

  test('hangs up before it closes when the page goes away', () => {
    world.telephone.stop();
    expect(world.line.end).toHaveBeenCalledWith('call-1', undefined);
    expect(world.line.stop).toHaveBeenCalled();
  });
});

describe('refusals', () => {
  test('a refused registration asks for a new token', () => {
    world.emit({ type: 'refused' });
    expect(world.requestToken.mock.calls).toEqual([[1, false]]);
    expect(world.telephone.current().link).toBe('refused');
  });

  test('who is not let in under any token is told so', () => {
    world.emit({ type: 'refused', forbidden: true });
    expect(world.requestToken.mock.calls).toEqual([[1, true]]);
  });

  test('are counted until one registration succeeds', () => {
    world.emit({ type: 'refused' });
    world.emit({ type: 'refused' });
    world.emit({ type: 'registered' });
    world.emit({ type: 'refused' });
    expect(world.requestToken.mock.calls.map(([refusals]) => refusals)).toEqual([1, 2, 1]);
  });

  test('a connection that the server closed for its sign-in asks for a new token', () => {
    world.emit({ type: 'disconnected', signedOut: true });
    expect(world.telephone.current().link).toBe('lost');
    expect(world.requestToken.mock.calls).toEqual([[1, false]]);
    world.emit({ type: 'disconnected' });
    expect(world.requestToken).toHaveBeenCalledTimes(1);
  });
});

describe('when the sign-in is over', () => {
  test('a conversation goes on, muted and ended as ever', async () => {
    await world.telephone.call(siti);
    world.confirm();
    world.telephone.retire();
    expect(world.telephone.current()).toMatchObject({
      link: 'signedOut',
      call: { kind: 'talking' },
    });
    expect(world.line.retire).toHaveBeenCalledTimes(1);
    expect(world.line.end).not.toHaveBeenCalled();
    world.telephone.toggleMute();
    expect(world.line.mute).toHaveBeenCalledWith('call-1', true);
    world.telephone.hangUp();
    expect(world.line.end).toHaveBeenCalledWith('call-1', undefined);
  });

  test('nobody calls any more, and nobody is called', async () => {
    world.telephone.retire();
    await world.telephone.call(siti);
    expect(world.line.dial).not.toHaveBeenCalled();
    world.rings('in');
    expect(world.line.end).toHaveBeenCalledWith('in', { status: 410 });
    expect(world.telephone.current().call).toBeNull();
  });

  test('a call that rings here is let go', () => {
    world.rings('in');
    world.telephone.retire();
    expect(world.line.end).toHaveBeenCalledWith('in', { status: 410 });
    expect(world.telephone.current().over).toMatchObject({ outcome: 'missed' });
  });

  test('whatever the connection does, it stays so, and no token is asked for', () => {
    world.telephone.retire();
    world.emit({ type: 'refused' });
    world.emit({ type: 'disconnected', signedOut: true });
    world.emit({ type: 'connecting' });
    world.emit({ type: 'registered' });
    expect(world.telephone.current().link).toBe('signedOut');
    expect(world.requestToken).not.toHaveBeenCalled();
  });
});

test('a key that could not be sent is not shown as sent', async () => {
  await world.telephone.call(siti);
  world.confirm();
  world.telephone.press('4');
  world.line.sendTone.mockReturnValue(false);
  world.telephone.press('2');
  expect(world.talking()).toMatchObject({ tones: '4' });
});

describe('the reach of the encryption', () => {
  test('is unknown until the server says it, and may change', async () => {
    await world.telephone.call(siti);
    world.confirm();
    expect(world.talking()).toMatchObject({ reach: { kind: 'unknown' } });
    const reach = { kind: 'terminated', reason: 'desk-phone' } as const;
    world.emit({ type: 'reach', id: 'call-1', reach });
    expect(world.talking()).toMatchObject({ reach });
  });

  test('that was told while it rang is kept when it is answered', async () => {
    world.emit({ type: 'incoming', id: 'in', party: siti, reach: { kind: 'sealed' } });
    await world.telephone.answer();
    world.confirm('connected', 'in');
    expect(world.talking()).toMatchObject({ reach: { kind: 'sealed' } });
  });
});
