// SPDX-License-Identifier: Apache-2.0
import { vi } from 'vitest';
import type { Line, LineEvent } from '../line';
import { Telephone, type World } from '../telephone';

export const siti = { number: '1002', name: 'Siti' };

/** A telephone that is registered, and the world around it in the hands of a test. */
export class FakeWorld {
  readonly track = { stop: vi.fn<() => void>() };
  readonly microphone = { getTracks: () => [this.track] } as unknown as MediaStream;
  openMicrophone = (): Promise<MediaStream> => Promise.resolve(this.microphone);
  readonly requestToken = vi.fn<World['requestToken']>();
  readonly line = {
    start: vi.fn<Line['start']>(),
    renew: vi.fn<Line['renew']>(),
    retire: vi.fn<Line['retire']>(),
    stop: vi.fn<Line['stop']>(),
    dial: vi.fn<Line['dial']>(),
    answer: vi.fn<Line['answer']>(),
    end: vi.fn<Line['end']>((id) => this.onEnd(id)),
    mute: vi.fn<Line['mute']>(),
    sendTone: vi.fn<Line['sendTone']>(),
  };
  emit: (event: LineEvent) => void = () => {};
  private ids = 0;

  readonly telephone = new Telephone({
    openLine: (listener) => {
      this.emit = listener;
      return this.line;
    },
    openMicrophone: () => this.openMicrophone(),
    play: () => {},
    requestToken: this.requestToken,
    now: () => 0,
    newId: () => `call-${++this.ids}`,
  });

  constructor() {
    this.emit({ type: 'registered' });
  }

  /** How the call ended, or else its stage. */
  readonly state = (): string | undefined => {
    const { call } = this.telephone.current();
    return call?.kind === 'ended' ? call.outcome : call?.stage;
  };

  refuseMicrophone(name: string): void {
    this.openMicrophone = () => Promise.reject(new DOMException('', name));
  }

  confirm(stage: 'connecting' | 'connected' = 'connected'): void {
    this.emit({ type: 'confirmed', id: 'call-1', local: undefined, remote: undefined, stage });
  }

  /** As JsSIP does it: the end is told before `end` returns, and whatever the reason, in its words. */
  private onEnd(id: string): void {
    const { call } = this.telephone.current();
    const cancels = call?.kind === 'ringing-out' && call.id === id;
    this.emit({ type: 'ended', id, outcome: cancels ? 'cancelled' : 'turned_down' });
  }
}
