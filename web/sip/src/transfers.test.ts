// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { budi, FakeWorld, siti } from './testing/fake_world';
import type { TransferNews } from './transfer';
import { unheardMilliseconds } from './transfers';

const tuti = { number: '1004', name: 'Tuti' };

let world: FakeWorld;
beforeEach(async () => {
  world = new FakeWorld();
  await world.telephone.call(siti);
  world.confirm();
});

const news = (told: TransferNews, id = 'call-1') =>
  world.emit({ type: 'transfer', id, news: told });
const ends = (id: string, outcome: 'transferred' | 'busy' | 'answered' | 'cancelled') =>
  world.emit({ type: 'ended', id, outcome });
const front = () => world.telephone.current().call;

describe('sending somebody on at once', () => {
  beforeEach(() => world.telephone.transfers.send(tuti));

  test('asks the server and says how far it has got', () => {
    expect(world.line.transfer.mock.calls).toEqual([['call-1', '1004', null]]);
    expect(front()).toMatchObject({ transfer: { to: tuti, stage: 'asked' }, hold: 'nobody' });
    news({ kind: 'ringing' });
    expect(front()).toMatchObject({ transfer: { stage: 'ringing' } });
  });

  test('once only, while it is under way', () => {
    world.telephone.transfers.send(budi);
    expect(world.line.transfer).toHaveBeenCalledTimes(1);
  });

  test('ends with who was sent on and to whom', () => {
    news({ kind: 'done' });
    ends('call-1', 'transferred');
    expect(world.telephone.current()).toMatchObject({
      call: null,
      over: { party: siti, outcome: 'transferred', transfer: { to: tuti, stage: 'done' } },
    });
  });

  test('is done even if only the end of the call says so', () => {
    ends('call-1', 'transferred');
    expect(world.telephone.current().over).toMatchObject({ transfer: { stage: 'done' } });
  });

  test('that fails leaves the talk as it was, and says why until that is closed', () => {
    news({ kind: 'failed', why: 'no_answer' });
    expect(front()).toMatchObject({ transfer: { stage: 'failed', why: 'no_answer' } });
    expect(world.line.hold).not.toHaveBeenCalled();
    world.telephone.transfers.dismiss();
    expect(front()).toMatchObject({ transfer: null });
    world.telephone.transfers.send(budi);
    expect(front()).toMatchObject({ transfer: { to: budi, stage: 'asked' } });
  });

  test('news that come late change nothing', () => {
    news({ kind: 'failed', why: 'busy' });
    news({ kind: 'done' });
    expect(front()).toMatchObject({ transfer: { stage: 'failed' } });
  });

  test('who gives up while it rings was not put through, though the call ends so', () => {
    news({ kind: 'failed', why: 'gave_up' });
    ends('call-1', 'transferred');
    expect(world.telephone.current().over).toMatchObject({
      transfer: { stage: 'failed', why: 'gave_up' },
    });
  });

  test('hanging up in the middle claims nothing that is not known', () => {
    news({ kind: 'ringing' });
    world.telephone.hangUp();
    expect(world.telephone.current().over).toMatchObject({
      outcome: 'answered',
      transfer: { stage: 'ringing' },
    });
  });
});

describe('a transfer that nobody hears of again', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  test('does not go on for ever', () => {
    world.telephone.transfers.send(tuti);
    vi.advanceTimersByTime(unheardMilliseconds);
    expect(front()).toMatchObject({ transfer: { stage: 'failed', why: 'unheard' } });
  });
});

test('whom the person has put on hold stays there when nobody answers', () => {
  world.telephone.toggleHold();
  world.telephone.transfers.send(tuti);
  news({ kind: 'failed', why: 'busy' });
  expect(front()).toMatchObject({ hold: 'us' });
});

test('a failure that is told before the line returns is not overwritten', () => {
  world.line.transfer.mockImplementation(() => news({ kind: 'failed', why: 'connection_lost' }));
  world.telephone.transfers.send(tuti);
  expect(front()).toMatchObject({ transfer: { stage: 'failed', why: 'connection_lost' } });
});

test('a call that the line ends while it asks is over once', () => {
  world.line.transfer.mockImplementation(() =>
    world.emit({ type: 'ended', id: 'call-1', outcome: 'connection_lost' }),
  );
  world.telephone.transfers.send(tuti);
  expect(world.telephone.current()).toMatchObject({
    call: null,
    over: { outcome: 'connection_lost' },
  });
});

test('without a connection nothing is asked', () => {
  world.emit({ type: 'disconnected' });
  world.telephone.transfers.send(tuti);
  expect(world.line.transfer).not.toHaveBeenCalled();
});

describe('asking first', () => {
  beforeEach(async () => {
    await world.telephone.transfers.ask(tuti);
  });
  const rings = () => world.emit({ type: 'ringing', id: 'call-2', early: false });

  test('holds the call and rings the other', () => {
    expect(world.line.hold.mock.calls).toEqual([['call-1', true]]);
    expect(world.line.dial).toHaveBeenLastCalledWith('call-2', '1004', world.microphone);
    expect(world.telephone.current()).toMatchObject({
      call: { id: 'call-2', consults: 'call-1' },
      other: { id: 'call-1', hold: 'us' },
    });
  });

  test('hands over only once it rings there', () => {
    world.telephone.transfers.connect();
    expect(world.line.transfer).not.toHaveBeenCalled();
    rings();
    world.telephone.transfers.connect();
    expect(world.line.transfer.mock.calls).toEqual([['call-1', '1004', 'call-2']]);
  });

  test.each([
    ['call-1', 'call-2'],
    ['call-2', 'call-1'],
  ])('handed over, both calls go, and one card says so: %s first', (first, second) => {
    world.confirm('connected', 'call-2');
    world.telephone.transfers.connect();
    news({ kind: 'done' });
    ends(first, 'transferred');
    ends(second, 'transferred');
    expect(world.telephone.current()).toMatchObject({
      call: null,
      other: null,
      over: { id: 'call-1', party: siti, transfer: { to: tuti, stage: 'done' } },
    });
    expect(world.line.hold).toHaveBeenCalledTimes(1);
  });

  test('handed over while it rings, the ringing call goes without a word and the held one waits', () => {
    rings();
    world.telephone.transfers.connect();
    ends('call-2', 'cancelled');
    expect(world.telephone.current()).toMatchObject({
      call: { id: 'call-1', transfer: { stage: 'asked' }, hold: 'us' },
      over: null,
    });
    news({ kind: 'failed', why: 'declined' });
    expect(front()).toMatchObject({ hold: 'nobody', transfer: { why: 'declined' } });
    expect(world.line.hold).toHaveBeenLastCalledWith('call-1', false);
  });

  test('refused by the server, nobody is lost: one goes on talking, the other waits', () => {
    world.confirm('connected', 'call-2');
    world.telephone.transfers.connect();
    news({ kind: 'failed', why: 'incompatible' });
    expect(world.telephone.current()).toMatchObject({
      call: { id: 'call-2', hold: 'nobody' },
      other: { id: 'call-1', hold: 'us', transfer: { stage: 'failed' } },
    });
  });

  test('going back ends the question without a card and resumes', () => {
    world.confirm('connected', 'call-2');
    world.telephone.transfers.goBack();
    expect(world.line.end).toHaveBeenLastCalledWith('call-2', undefined);
    expect(world.line.hold).toHaveBeenLastCalledWith('call-1', false);
    expect(world.telephone.current()).toMatchObject({
      call: { id: 'call-1', hold: 'nobody' },
      other: null,
      over: null,
    });
  });

  test('who is asked and is busy leaves the talk to go on by itself, and says so', () => {
    ends('call-2', 'busy');
    expect(world.telephone.current()).toMatchObject({
      call: { id: 'call-1', hold: 'nobody' },
      over: { party: tuti, outcome: 'busy' },
    });
  });

  test('who waits may hang up: the question goes on, and there is nobody to hand over', () => {
    world.confirm('connected', 'call-2');
    ends('call-1', 'answered');
    world.telephone.transfers.connect();
    expect(world.line.transfer).not.toHaveBeenCalled();
    ends('call-2', 'answered');
    expect(world.telephone.current().call).toBeNull();
  });

  test('after a swap it is still the first who is handed over', () => {
    world.confirm('connected', 'call-2');
    world.telephone.swap();
    world.telephone.transfers.connect();
    expect(world.line.transfer.mock.calls).toEqual([['call-1', '1004', 'call-2']]);
  });
});

describe('two calls that came by themselves', () => {
  beforeEach(async () => {
    world.rings('in', budi);
    await world.telephone.answer();
    world.confirm('connected', 'in');
  });

  test('can be connected: who is on hold is sent to whom one talks with', () => {
    world.telephone.transfers.connect();
    expect(world.line.transfer.mock.calls).toEqual([['call-1', '1003', 'in']]);
  });

  test('and nobody is resumed by a failure whom the person had put on hold', () => {
    world.telephone.transfers.connect();
    ends('in', 'cancelled');
    news({ kind: 'failed', why: 'busy' });
    expect(front()).toMatchObject({ id: 'call-1', hold: 'us' });
  });

  test('a number is not sent to from here', () => {
    world.telephone.transfers.send(tuti);
    expect(world.line.transfer).not.toHaveBeenCalled();
  });
});

describe('who is there', () => {
  const is = (party: typeof siti, id = 'call-1') => world.emit({ type: 'identified', id, party });

  test('follows what the server says, and who put one through is named', () => {
    is(tuti);
    expect(front()).toMatchObject({ party: tuti, sentBy: siti });
  });

  test('who comes back has not been put through', () => {
    is(tuti);
    is(siti);
    expect(front()).toMatchObject({ party: siti, sentBy: null });
  });

  test('said again changes nothing, and without a name keeps the one that is known', () => {
    is({ number: '1002', name: '' });
    expect(front()).toMatchObject({ party: siti, sentBy: null });
  });

  test('another one who is named without a name is a number', () => {
    is({ number: '1004', name: '' });
    expect(front()).toMatchObject({ party: { number: '1004', name: '' } });
  });

  test('what phone it is, and that its network is away, was said of the one before', () => {
    world.telephone.quality.hearAway(siti.number, 'unheard');
    expect(front()).toMatchObject({ away: 'unheard' });
    const reach = { kind: 'terminated', reason: 'desk-phone' } as const;
    world.emit({ type: 'reach', id: 'call-1', reach });
    is(tuti);
    expect(front()).toMatchObject({ reach: { kind: 'terminated', reason: 'other' }, away: 'no' });
  });

  test('nothing is sealed any more, until the server says so of whom is there now', () => {
    world.emit({ type: 'reach', id: 'call-1', reach: { kind: 'sealed' } });
    is(siti);
    expect(front()).toMatchObject({ reach: { kind: 'sealed' } });
    is(tuti);
    expect(front()).toMatchObject({ reach: { kind: 'unknown' } });
  });

  test('who answers for another one has put nobody through', async () => {
    await world.telephone.call(budi);
    is(tuti, 'call-2');
    world.confirm('connected', 'call-2');
    expect(front()).toMatchObject({ party: tuti, sentBy: null });
  });
});
