// SPDX-License-Identifier: Apache-2.0
import { isAudible, type Phone } from './state';

interface Ears {
  /** The other side's sound; null when none is to be heard. */
  readonly play: (stream: MediaStream | null) => void;
  /** The microphone of the conversation in front, for whoever looks at its level. */
  readonly hear: (microphone: MediaStream | null) => void;
}

/** The microphone that each call has for itself, and what comes back; only the call in front is heard. */
export class Sounds {
  private readonly microphones = new Map<string, MediaStream>();
  private readonly streams = new Map<string, MediaStream>();
  private played: MediaStream | null = null;
  private front: string | null = null;
  private heard: MediaStreamTrack | null = null;

  constructor(private readonly ears: Ears) {}

  /** The call has this microphone until it is closed. */
  keep(id: string, microphone: MediaStream): void {
    this.microphones.set(id, microphone);
  }

  microphone(id: string): MediaStream | undefined {
    return this.microphones.get(id);
  }

  /** Of the calls that have a microphone. */
  ids(): readonly string[] {
    return [...this.microphones.keys()];
  }

  /** The call speaks with this one from now on; its stream stays the same. */
  exchange(id: string, track: MediaStreamTrack): void {
    const microphone = this.microphones.get(id);
    for (const old of microphone?.getTracks() ?? []) {
      old.stop();
      microphone?.removeTrack(old);
    }
    microphone?.addTrack(track);
    this.tellMicrophone();
  }

  arrived(id: string, stream: MediaStream): void {
    this.streams.set(id, stream);
  }

  watch({ call }: Phone): void {
    this.front = call?.kind === 'talking' ? call.id : null;
    this.tellMicrophone();
    const stream = call !== null && isAudible(call) ? (this.streams.get(call.id) ?? null) : null;
    if (stream === this.played) return;
    this.played = stream;
    this.ears.play(stream);
  }

  close(id: string): void {
    const microphone = this.microphones.get(id);
    if (microphone) closeMicrophone(microphone);
    this.microphones.delete(id);
    this.streams.delete(id);
  }

  private tellMicrophone(): void {
    const microphone = this.microphones.get(this.front ?? '') ?? null;
    const track = microphone?.getTracks()[0] ?? null;
    if (track === this.heard) return;
    this.heard = track;
    this.ears.hear(microphone);
  }
}

export function closeMicrophone(microphone: MediaStream): void {
  for (const track of microphone.getTracks()) track.stop();
}
