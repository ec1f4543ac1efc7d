// SPDX-License-Identifier: Apache-2.0

/** Whether this browser lets a page choose what it plays to. */
export const canChooseOutput = (): boolean =>
  'HTMLMediaElement' in globalThis && 'setSinkId' in HTMLMediaElement.prototype;

/** Plays what an element plays to a device; '' is the default. What is not there any more stays silent nowhere. */
export async function playTo(element: HTMLAudioElement, device: string): Promise<void> {
  if (!canChooseOutput() || element.sinkId === device) return;
  await element.setSinkId(device).catch(() => element.setSinkId('').catch(() => {}));
}

/**
 * Where sounds of the telephone's own go: straight to the default device, or through an element to
 * another one, which is the way that all browsers have.
 */
export class Outlet {
  private readonly gain: GainNode;
  private element: HTMLAudioElement | null = null;
  private way: AudioNode | null = null;

  constructor(
    private readonly context: AudioContext,
    private readonly name: string,
  ) {
    this.gain = context.createGain();
  }

  /** `loudness`: 0 to 1. */
  open(device: string, loudness: number): AudioNode {
    this.gain.gain.value = loudness;
    const next = device === '' || !canChooseOutput() ? this.context.destination : this.stream();
    if (next !== this.way) {
      this.gain.disconnect();
      this.gain.connect(next);
      this.way = next;
    }
    if (this.element !== null) {
      void playTo(this.element, device);
      if (next !== this.context.destination) void this.element.play().catch(() => {});
    }
    return this.gain;
  }

  /** Nothing sounds: the device is free for others. */
  close(): void {
    this.element?.pause();
  }

  private stream(): AudioNode {
    if (this.element !== null && this.way !== null && this.way !== this.context.destination)
      return this.way;
    const node = this.context.createMediaStreamDestination();
    this.element ??= document.createElement('audio');
    this.element.dataset['sound'] = this.name;
    this.element.srcObject = node.stream;
    document.body.append(this.element);
    return node;
  }
}
