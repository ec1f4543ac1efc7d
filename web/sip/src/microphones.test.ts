// SPDX-License-Identifier: Apache-2.0
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { budi, FakeWorld, siti } from './testing/fake_world';

class FakeTrack extends EventTarget {
  enabled = true;
  readonly stop = vi.fn<() => void>();
}

class FakeStream {
  readonly tracks = [new FakeTrack()];
  readonly getTracks = () => [...this.tracks];
  readonly removeTrack = (track: FakeTrack) => this.tracks.splice(this.tracks.indexOf(track), 1);
  readonly addTrack = (track: FakeTrack) => this.tracks.push(track);
}

let world: FakeWorld;
let opened: FakeStream[];
let whys: boolean[];
const tracksOf = (at: number) => opened[at]?.tracks ?? [];
const settled = () => new Promise((resolve) => setTimeout(resolve));

beforeEach(async () => {
  world = new FakeWorld();
  [opened, whys] = [[], []];
  world.openMicrophone = (isGone) => {
    const stream = new FakeStream();
    opened.push(stream);
    whys.push(isGone);
    return Promise.resolve(stream as unknown as MediaStream);
  };
  await world.telephone.call(siti);
  world.confirm();
});

describe('another microphone in a call', () => {
  test('is what the call speaks with, in the same stream, and the old one is closed', async () => {
    const [old] = tracksOf(0);
    await world.telephone.microphones.exchange();
    const [track] = tracksOf(0);
    expect(track).not.toBe(old);
    expect(world.line.setMicrophone).toHaveBeenCalledWith('call-1', track);
    expect(old?.stop).toHaveBeenCalled();
    expect(track?.stop).not.toHaveBeenCalled();
    expect(world.hear).toHaveBeenLastCalledWith(opened[0]);
  });

  test('is as mute as the one before', async () => {
    for (const track of tracksOf(0)) track.enabled = false;
    await world.telephone.microphones.exchange();
    expect(tracksOf(0)[0]?.enabled).toBe(false);
  });

  test('takes the place of one that was unplugged, and says so', async () => {
    tracksOf(0)[0]?.dispatchEvent(new Event('ended'));
    await settled();
    expect(world.line.setMicrophone).toHaveBeenCalledOnce();
    expect(whys).toEqual([false, true]);
    // And of that one too.
    tracksOf(0)[0]?.dispatchEvent(new Event('ended'));
    await settled();
    expect(world.line.setMicrophone).toHaveBeenCalledTimes(2);
  });

  test('is not taken again where the exchange before has brought what is wanted', async () => {
    let isBrought = false;
    const first = world.telephone.microphones.exchange().then(() => (isBrought = true));
    await world.telephone.microphones.exchange(() => !isBrought);
    await first;
    expect(world.line.setMicrophone).toHaveBeenCalledOnce();
    await world.telephone.microphones.exchange(() => isBrought);
    expect(world.line.setMicrophone).toHaveBeenCalledTimes(2);
  });

  test('that cannot be opened leaves the call as it is', async () => {
    const before = tracksOf(0)[0];
    world.refuseMicrophone('NotFoundError');
    await world.telephone.microphones.exchange();
    expect(tracksOf(0)[0]).toBe(before);
    expect(before?.stop).not.toHaveBeenCalled();
    expect(world.state()).toBe('connected');
  });

  test('is closed where the call is over by then', async () => {
    const change = world.telephone.microphones.exchange();
    world.telephone.hangUp();
    await change;
    for (const stream of opened)
      for (const { stop } of stream.tracks) expect(stop).toHaveBeenCalled();
  });

  test('comes into the call on hold too', async () => {
    await world.telephone.call(budi);
    world.confirm('connected', 'call-2');
    await world.telephone.microphones.exchange();
    expect(world.line.setMicrophone.mock.calls.map(([id]) => id).toSorted()).toEqual([
      'call-1',
      'call-2',
    ]);
  });

  test('is asked for by nobody where no call goes on', async () => {
    world.telephone.hangUp();
    await world.telephone.microphones.exchange();
    expect(opened).toHaveLength(1);
  });
});

test('the level of the conversation in front is looked at, and of none after it', () => {
  expect(world.hear).toHaveBeenLastCalledWith(opened[0]);
  world.telephone.hangUp();
  expect(world.hear).toHaveBeenLastCalledWith(null);
});
