// SPDX-License-Identifier: Apache-2.0
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { Talking } from './state';
import { fakePicture, FakeWorld, siti } from './testing/fake_world';

class FakeStream {
  constructor(readonly tracks: readonly MediaStreamTrack[]) {}
}

let world: FakeWorld;
let picture: ReturnType<typeof fakePicture>;

beforeEach(async () => {
  vi.stubGlobal('MediaStream', FakeStream);
  world = new FakeWorld();
  picture = fakePicture();
  world.openPicture = () => Promise.resolve(picture.stream);
  await world.telephone.call(siti);
  world.confirm();
  world.emit({ type: 'reach', id: 'call-1', reach: { kind: 'sealed' } });
});

const pictures = () => (world.talking() as Talking | null)?.pictures;
const show = () => world.telephone.pictures.show('camera');

describe.each([
  ['desk-phone', 'unshown'],
  ['other', 'served'],
] as const)('a call that the server hears (%s)', (reason, trouble) => {
  test('has no picture, opens no camera, and says why', async () => {
    const open = vi.spyOn(world, 'openPicture');
    world.emit({ type: 'reach', id: 'call-1', reach: { kind: 'terminated', reason } });
    await show();
    expect(open).not.toHaveBeenCalled();
    expect(pictures()).toEqual({ ours: 'none', theirs: 'none', trouble });
  });
});

describe('one’s own picture', () => {
  test('goes to the line, and off again by a word of the person', async () => {
    await show();
    expect(pictures()).toEqual({ ours: 'camera', theirs: 'none', trouble: null });
    expect(world.line.show).toHaveBeenLastCalledWith('call-1', {
      shown: 'camera',
      track: picture.track,
    });
    expect(world.telephone.pictures.stream('ours')).toBe(picture.stream);
    world.telephone.pictures.hide();
    expect(picture.track.stop).toHaveBeenCalledOnce();
    expect(world.line.show).toHaveBeenLastCalledWith('call-1', null);
    expect(pictures()?.ours).toBe('none');
  });

  test.each(['ends', 'is sent on', 'is no longer shown'])(
    'is off when the call %s',
    async (what) => {
      await show();
      if (what === 'ends') world.telephone.hangUp();
      else if (what === 'is sent on') {
        const reach = { kind: 'terminated', reason: 'other' } as const;
        world.emit({ type: 'reach', id: 'call-1', reach });
      } else world.emit({ type: 'not-shown', id: 'call-1', why: 'ended' });
      expect(picture.track.stop).toHaveBeenCalledOnce();
      if (what !== 'ends') expect(pictures()).toMatchObject({ ours: 'none', trouble: 'ended' });
    },
  );

  test('ends when the browser ends it', async () => {
    await show();
    picture.track.dispatchEvent(new Event('ended'));
    expect(pictures()?.ours).toBe('none');
    expect(world.line.show).toHaveBeenLastCalledWith('call-1', null);
  });

  test('is not opened where nobody could see it', async () => {
    const reach = { kind: 'terminated', reason: 'desk-phone' } as const;
    world.emit({ type: 'reach', id: 'call-1', reach });
    await show();
    expect(world.line.show).not.toHaveBeenCalled();
  });

  test('that comes after the end of the call is closed', async () => {
    let allow = () => {};
    world.openPicture = () =>
      new Promise((resolve) => {
        allow = () => resolve(picture.stream);
      });
    const shown = show();
    world.telephone.hangUp();
    allow();
    await shown;
    expect(picture.track.stop).toHaveBeenCalledOnce();
    expect(world.line.show).not.toHaveBeenCalled();
  });

  test.each([
    ['camera', 'NotAllowedError', 'denied'],
    ['camera', 'NotFoundError', 'missing'],
    ['camera', 'NotReadableError', 'taken'],
    ['screen', 'NotAllowedError', 'cancelled'],
  ] as const)('%s refused by %s is told as %s, and the call goes on', async (wanted, name, why) => {
    world.openPicture = () => Promise.reject(new DOMException('', name));
    await world.telephone.pictures.show(wanted);
    expect(pictures()).toEqual({ ours: 'none', theirs: 'none', trouble: why });
    expect(world.talking()?.kind).toBe('talking');
    world.telephone.pictures.dismiss();
    expect(pictures()?.trouble).toBeNull();
  });

  test('that succeeds takes the words of an earlier failure away', async () => {
    world.emit({ type: 'not-shown', id: 'call-1', why: 'unshown' });
    await show();
    expect(pictures()).toEqual({ ours: 'camera', theirs: 'none', trouble: null });
  });
});

test('their picture is kept until it ends', () => {
  const track = picture.track as unknown as MediaStreamTrack;
  world.emit({ type: 'their-picture', id: 'call-1', shown: 'screen', track });
  expect(pictures()?.theirs).toBe('screen');
  expect(world.telephone.pictures.stream('theirs')).toBeInstanceOf(MediaStream);
  world.emit({ type: 'their-picture', id: 'call-1', shown: 'none', track: null });
  expect(pictures()?.theirs).toBe('none');
  expect(world.telephone.pictures.stream('theirs')).toBeNull();
});
