// SPDX-License-Identifier: Apache-2.0
import { vi } from 'vitest';
import type { Line, LineEvent } from '../line';
import { unknownReach } from '../reach';
import { Telephone } from '../telephone';
import type { World } from '../world';

export const siti = { number: '1002', name: 'Siti' };
export const budi = { number: '1003', name: 'Budi' };

/** A telephone that is registered, and the world around it in the hands of a test. */
export class FakeWorld {
  readonly track = { stop: vi.fn<() => void>() };
  readonly microphone = { getTracks: () => [this.track] } as unknown as MediaStream;
  openMicrophone = (): Promise<MediaStream> => Promise.resolve(this.microphone);
  readonly requestToken = vi.fn<World['requestToken']>();
  readonly play = vi.fn<World['play']>();
  readonly line = {
    start: vi.fn<Line['start']>(),
    renew: vi.fn<Line['renew']>(),
    retire: vi.fn<Line['retire']>(),
    stop: vi.fn<Line['stop']>(),
    dial: vi.fn<Line['dial']>(),
    answer: vi.fn<Line['answer']>(),
    end: vi.fn<Line['end']>((id) => this.onEnd(id)),
    mute: vi.fn<Line['mute']>(),
    hold: vi.fn<Line['hold']>(),
    sendTone: vi.fn<Line['sendTone']>(() => true),
    transfer: vi.fn<Line['transfer']>(),
    measure: vi.fn<Line['measure']>(() => Promise.resolve(null)),
    report: vi.fn<Line['report']>(),
  };
  emit: (event: LineEvent) => void = () => {};
  private ids = 0;

  readonly telephone = new Telephone({
    openLine: (listener) => {
      this.emit = listener;
      return this.line;
    },
    openMicrophone: () => this.openMicrophone(),
    play: this.play,
    requestToken: this.requestToken,
    now: () => 0,
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

  /** As JsSIP does it: the end is told before `end` returns, and whatever the reason, in its words. */
  private onEnd(id: string): void {
    const { call } = this.telephone.current();
    const cancels = call?.kind === 'ringing-out' && call.id === id;
    this.emit({ type: 'ended', id, outcome: cancels ? 'cancelled' : 'turned_down' });
  }
}
