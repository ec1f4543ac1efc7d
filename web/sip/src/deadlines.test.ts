// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { isBusy } from './state';
import { FakeWorld, siti } from './testing/fake_world';

let world: FakeWorld;
beforeEach(() => {
  world = new FakeWorld();
});

// UX5
describe('nobody is told that they did what they did not', () => {
  test('an outgoing call that the line gives up was not cancelled by the person', async () => {
    await world.telephone.call(siti);
    world.emit({ type: 'ended', id: 'call-1', outcome: 'cancelled' });
    expect(world.telephone.current().over).toMatchObject({ outcome: 'connection_lost' });
  });

  test('a call that stops ringing here was not declined by the person', () => {
    world.rings('in');
    world.emit({ type: 'ended', id: 'in', outcome: 'turned_down' });
    expect(world.telephone.current().over).toMatchObject({ outcome: 'missed' });
  });

  test('but their own act is', async () => {
    await world.telephone.call(siti);
    world.telephone.hangUp();
    expect(world.telephone.current().over).toMatchObject({ outcome: 'cancelled' });
  });

  test('sound that was there and went away is no firewall', async () => {
    await world.telephone.call(siti);
    world.confirm();
    world.emit({ type: 'ended', id: 'call-1', outcome: 'ice_failed' });
    expect(world.telephone.current().over).toMatchObject({ outcome: 'lost' });
  });
});

// IP3, UX2, UX5
describe('no state lasts for ever', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());
  const pass = (seconds: number) => vi.advanceTimersByTime(seconds * 1000);
  test('8 s of calling without any answer say so', async () => {
    await world.telephone.call(siti);
    pass(7.9);
    expect(world.state()).toBe('sent');
    pass(0.1);
    expect(world.state()).toBe('no_response');
    expect(world.line.end).toHaveBeenCalledTimes(1);
  });

  test('a server that answered has the time that it rings', async () => {
    await world.telephone.call(siti);
    pass(7);
    world.emit({ type: 'heard', id: 'call-1' });
    pass(600);
    expect(world.state()).toBe('calling');
    pass(61);
    expect(world.state()).toBe('no_answer');
  });

  test('30 s without sound end a conversation, and free the person', async () => {
    await world.telephone.call(siti);
    world.confirm();
    world.emit({ type: 'media', id: 'call-1', stage: 'reconnecting' });
    world.emit({ type: 'disconnected' });
    pass(29);
    expect(world.state()).toBe('reconnecting');
    pass(1);
    expect(world.state()).toBe('lost');
    expect(world.line.end).toHaveBeenCalledWith('call-1', { status: 408, word: 'lost' });
    expect(isBusy(world.telephone.current())).toBe(false);
  });

  test('sound that comes back in time starts the clock anew', async () => {
    await world.telephone.call(siti);
    world.confirm();
    world.emit({ type: 'media', id: 'call-1', stage: 'reconnecting' });
    pass(25);
    world.emit({ type: 'media', id: 'call-1', stage: 'connected' });
    pass(6000);
    world.emit({ type: 'media', id: 'call-1', stage: 'reconnecting' });
    pass(25);
    expect(world.state()).toBe('reconnecting');
  });

  test('a conversation in which no sound ever came ends with words about the network', async () => {
    await world.telephone.call(siti);
    world.confirm('connecting');
    pass(30);
    expect(world.state()).toBe('ice_failed');
  });

  test('an answer that nobody confirms frees the microphone', async () => {
    world.rings('in');
    await world.telephone.answer();
    pass(40);
    expect(world.state()).toBe('connection_lost');
    expect(world.track.stop).toHaveBeenCalled();
  });

  test("the browser's question for the microphone is not waited for all day", () => {
    world.openMicrophone = () => new Promise(() => {});
    void world.telephone.call(siti);
    pass(61);
    expect(world.state()).toBe('microphone_unanswered');
  });

  test('a call that rings here though the server has forgotten it stops', () => {
    world.rings('in');
    pass(661);
    expect(world.state()).toBe('missed');
  });

  test('the clock of a call that is over does not touch the next one', async () => {
    await world.telephone.call(siti);
    pass(7);
    world.telephone.hangUp();
    await world.telephone.call(siti);
    pass(7);
    expect(world.state()).toBe('sent');
  });
});

test('a call is not sent when the connection went away while the browser asked', async () => {
  const calling = world.telephone.call(siti);
  world.emit({ type: 'disconnected' });
  await calling;
  expect(world.line.dial).not.toHaveBeenCalled();
  expect(world.telephone.current().over).toMatchObject({ outcome: 'connection_lost' });
});

test('a connection under suspicion counts as lost, and as good once it has answered', () => {
  world.emit({ type: 'doubted' });
  expect(world.telephone.current().link).toBe('lost');
  world.emit({ type: 'registered' });
  expect(world.telephone.current().link).toBe('ready');
});
