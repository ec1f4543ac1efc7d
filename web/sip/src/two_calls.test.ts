// SPDX-License-Identifier: Apache-2.0
import { beforeEach, describe, expect, test } from 'vitest';
import { budi, FakeWorld, siti } from './testing/fake_world';

let world: FakeWorld;
beforeEach(() => {
  world = new FakeWorld();
});

describe('holding', () => {
  const theirs = {} as MediaStream;
  beforeEach(async () => {
    await world.telephone.call(siti);
    world.emit({ type: 'remote-stream', id: 'call-1', stream: theirs });
    world.confirm();
  });

  test('tells the line and silences the other side, and resuming brings the sound back', () => {
    world.telephone.toggleHold();
    expect(world.line.hold).toHaveBeenLastCalledWith('call-1', true);
    expect(world.play).toHaveBeenLastCalledWith(null);
    world.telephone.toggleHold();
    expect(world.line.hold).toHaveBeenLastCalledWith('call-1', false);
    expect(world.play).toHaveBeenLastCalledWith(theirs);
  });

  test('by the other side is shown, and does not undo our own', () => {
    world.telephone.toggleHold();
    world.emit({ type: 'held', id: 'call-1', held: true });
    expect(world.talking()).toMatchObject({ hold: 'both' });
    world.telephone.toggleHold();
    expect(world.talking()).toMatchObject({ hold: 'them' });
    expect(world.play).toHaveBeenLastCalledWith(null);
    world.emit({ type: 'held', id: 'call-1', held: false });
    expect(world.talking()).toMatchObject({ hold: 'nobody' });
    expect(world.play).toHaveBeenLastCalledWith(theirs);
  });

  test('outlives the loss of the connection and of the sound', () => {
    world.telephone.toggleHold();
    world.emit({ type: 'disconnected' });
    world.emit({ type: 'media', id: 'call-1', stage: 'reconnecting' });
    world.emit({ type: 'media', id: 'call-1', stage: 'connected' });
    world.emit({ type: 'registered' });
    expect(world.talking()).toMatchObject({ hold: 'us' });
    expect(world.line.hold).toHaveBeenCalledTimes(1);
  });

  test('a stream that comes anew while it is held is not heard until it goes on', () => {
    world.telephone.toggleHold();
    const anew = {} as MediaStream;
    world.emit({ type: 'remote-stream', id: 'call-1', stream: anew });
    expect(world.play).toHaveBeenLastCalledWith(null);
    world.telephone.toggleHold();
    expect(world.play).toHaveBeenLastCalledWith(anew);
  });
});

describe('a second call', () => {
  const streams = { first: {} as MediaStream, second: {} as MediaStream };
  beforeEach(async () => {
    await world.telephone.call(siti);
    world.emit({ type: 'remote-stream', id: 'call-1', stream: streams.first });
    world.confirm();
    world.rings('in', budi);
  });
  const answer = async () => {
    await world.telephone.answer();
    world.emit({ type: 'remote-stream', id: 'in', stream: streams.second });
    world.confirm('connected', 'in');
  };

  test('that waits changes nothing of what is heard', () => {
    expect(world.line.end).not.toHaveBeenCalled();
    expect(world.play).toHaveBeenLastCalledWith(streams.first);
  });

  test('is answered after the first is held, and only it is heard', async () => {
    await answer();
    const [holdOrder] = world.line.hold.mock.invocationCallOrder;
    const [answerOrder] = world.line.answer.mock.invocationCallOrder;
    expect(world.line.hold.mock.calls).toEqual([['call-1', true]]);
    expect(holdOrder).toBeLessThan(answerOrder ?? 0);
    expect(world.play).toHaveBeenLastCalledWith(streams.second);
    expect(world.telephone.current()).toMatchObject({
      call: { id: 'in', hold: 'nobody' },
      other: { id: 'call-1', hold: 'us' },
    });
  });

  test('swapping holds one and goes on with the other', async () => {
    await answer();
    world.telephone.swap();
    expect(world.line.hold.mock.calls.slice(1)).toEqual([
      ['in', true],
      ['call-1', false],
    ]);
    expect(world.play).toHaveBeenLastCalledWith(streams.first);
    world.telephone.swap();
    expect(world.play).toHaveBeenLastCalledWith(streams.second);
  });

  test('that ends leaves the first on hold, until the person goes on with it', async () => {
    await answer();
    world.telephone.hangUp();
    expect(world.line.end).toHaveBeenCalledWith('in', undefined);
    expect(world.telephone.current()).toMatchObject({ call: { id: 'call-1', hold: 'us' } });
    expect(world.play).toHaveBeenLastCalledWith(null);
    world.telephone.toggleHold();
    expect(world.play).toHaveBeenLastCalledWith(streams.first);
  });

  test('can be declined, or told that this phone is busy', () => {
    world.telephone.decline();
    expect(world.line.end).toHaveBeenLastCalledWith('in', { status: 603 });
    world.rings('again', budi);
    world.telephone.decline('busy');
    expect(world.line.end).toHaveBeenLastCalledWith('again', { status: 486 });
    expect(world.talking()).toMatchObject({ id: 'call-1', hold: 'nobody' });
  });

  test('a third hears busy, in all of it', async () => {
    world.rings('third', budi);
    expect(world.line.end).toHaveBeenLastCalledWith('third', { status: 486 });
    await answer();
    world.rings('fourth', budi);
    expect(world.line.end).toHaveBeenLastCalledWith('fourth', { status: 486 });
  });

  test('without a microphone ends alone: the first goes on and was never held', async () => {
    world.refuseMicrophone('NotReadableError');
    await world.telephone.answer();
    expect(world.line.hold).not.toHaveBeenCalled();
    expect(world.play).toHaveBeenLastCalledWith(streams.first);
    expect(world.telephone.current().over).toMatchObject({ outcome: 'microphone_failed' });
  });

  test('that is placed holds the first', async () => {
    world.telephone.decline();
    await world.telephone.call(budi);
    expect(world.line.hold.mock.calls).toEqual([['call-1', true]]);
    expect(world.line.dial).toHaveBeenLastCalledWith('call-2', '1003', world.microphone);
    world.emit({ type: 'ended', id: 'call-2', outcome: 'busy' });
    expect(world.telephone.current()).toMatchObject({
      call: { id: 'call-1', hold: 'us' },
      over: { outcome: 'busy' },
    });
  });

  test('that is lost with the connection was missed, and the first goes on', () => {
    world.emit({ type: 'disconnected' });
    expect(world.line.end).toHaveBeenLastCalledWith('in', { status: 410 });
    expect(world.talking()).toMatchObject({ id: 'call-1' });
  });

  test('answered elsewhere stops waiting, and is not missed', () => {
    world.emit({ type: 'ended', id: 'in', outcome: 'answered_elsewhere' });
    expect(world.telephone.current()).toMatchObject({
      other: null,
      over: { outcome: 'answered_elsewhere' },
    });
  });

  test('a page that goes away ends both, each as it is', async () => {
    world.telephone.stop();
    expect(world.line.end.mock.calls).toEqual([
      ['in', { status: 410 }],
      ['call-1', undefined],
    ]);
  });
});
