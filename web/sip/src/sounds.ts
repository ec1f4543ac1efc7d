// SPDX-License-Identifier: Apache-2.0
import { isAudible, type Phone } from './state';

/** The microphone that each call has for itself, and what comes back; only the call in front is heard. */
export class Sounds {
  private readonly microphones = new Map<string, MediaStream>();
  private readonly streams = new Map<string, MediaStream>();
  private played: MediaStream | null = null;

  constructor(private readonly play: (stream: MediaStream | null) => void) {}

  /** The call has this microphone until it is closed. */
  keep(id: string, microphone: MediaStream): void {
    this.microphones.set(id, microphone);
  }

  arrived(id: string, stream: MediaStream): void {
    this.streams.set(id, stream);
  }

  watch({ call }: Phone): void {
    const stream = call !== null && isAudible(call) ? (this.streams.get(call.id) ?? null) : null;
    if (stream === this.played) return;
    this.played = stream;
    this.play(stream);
  }

  close(id: string): void {
    const microphone = this.microphones.get(id);
    if (microphone) closeMicrophone(microphone);
    this.microphones.delete(id);
    this.streams.delete(id);
  }
}

export function closeMicrophone(microphone: MediaStream): void {
  for (const track of microphone.getTracks()) track.stop();
}
