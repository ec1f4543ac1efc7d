// SPDX-License-Identifier: Apache-2.0
import { vi } from 'vitest';
import type { LineEvent } from '../line';
import { unknownReach } from '../reach';
import { Telephone } from '../telephone';
import type { World } from '../world';
import { FakeLine } from './fake_line';

export const siti = { number: '1002', name: 'Siti' };
export const budi = { number: '1003', name: 'Budi' };

/** A camera, or a screen. */
export function fakePicture() {
  const track = Object.assign(new EventTarget(), { kind: 'video', stop: vi.fn<() => void>() });
  const stream = { getTracks: () => [track], getVideoTracks: () => [track] };
  return { track, stream: stream as unknown as MediaStream };
}

/** A telephone that is registered, and the world around it in the hands of a test. */
export class FakeWorld {
  readonly track = Object.assign(new EventTarget(), { stop: vi.fn<() => void>(), enabled: true });
  readonly microphone = { getTracks: () => [this.track] } as unknown as MediaStream;
  openMicrophone: World['openMicrophone'] = () => Promise.resolve(this.microphone);
  openPicture: World['openPicture'] = () => Promise.resolve(fakePicture().stream);
  readonly requestToken = vi.fn<World['requestToken']>();
  readonly play = vi.fn<World['play']>();
  readonly hear = vi.fn<World['hear']>();
  line!: FakeLine;
  /** Milliseconds on its own clock. */
  time = 0;
  emit: (event: LineEvent) => void = () => {};
  private ids = 0;

  readonly telephone = new Telephone({
    openLine: (listener) => {
      this.line = new FakeLine(listener);
      this.emit = this.line.tell;
      return this.line;
    },
    openMicrophone: (isGone) => this.openMicrophone(isGone),
    openPicture: (wanted) => this.openPicture(wanted),
    play: this.play,
    hear: this.hear,
    requestToken: this.requestToken,
    now: () => this.time,
    unix: () => 1_800_000_000_000,
    newId: () => `call-${++this.ids}`,
  });

  constructor() {
    this.emit({ type: 'registered' });
  }

  /** How the call ended, or else its stage. */
  readonly state = (): string | undefined => {
    const { call, over } = this.telephone.current();
    return call?.stage ?? over?.outcome;
  };

  readonly talking = () => this.telephone.current().call;

  refuseMicrophone(name: string): void {
    this.openMicrophone = () => Promise.reject(new DOMException('', name));
  }

  confirm(stage: 'connecting' | 'connected' = 'connected', id = 'call-1'): void {
    this.emit({ type: 'confirmed', id, stage });
  }

  rings(id: string, party = siti): void {
    this.emit({ type: 'incoming', id, party, reach: unknownReach });
  }
}
