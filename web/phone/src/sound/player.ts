// SPDX-License-Identifier: Apache-2.0
import { keySamples, samplesOf, type Tone } from './tones';
import { tuneRate } from './tune';

/**
 * The telephone's own sounds through one AudioContext. A browser keeps it suspended until the
 * person has clicked somewhere; `isBlocked` says so, and `unlock` must be called from a click.
 */
export class Player {
  private context: AudioContext | null = null;
  private loop: { readonly tone: Tone; readonly source: AudioBufferSourceNode } | null = null;
  private readonly buffers = new Map<Tone, AudioBuffer>();
  private readonly watchers = new Set<() => void>();

  readonly watch = (watcher: () => void): (() => void) => {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  };

  readonly isBlocked = (): boolean => this.context !== null && this.context.state !== 'running';

  /** Makes the context, so that isBlocked can be known before the first call. */
  readonly unlock = (): void => {
    void this.open()
      ?.resume()
      .catch(() => {});
  };

  /** Repeats a tone until stop(). */
  start(tone: Tone): void {
    if (this.loop?.tone === tone) return;
    this.stop();
    const context = this.open();
    if (context === null) return;
    const source = this.source(context, this.bufferOf(tone, context));
    source.loop = true;
    source.start();
    this.loop = { tone, source };
  }

  stop(): void {
    this.loop?.source.stop();
    this.loop = null;
  }

  key(key: string): void {
    const context = this.open();
    if (context === null) return;
    const { sampleRate } = context;
    this.source(context, bufferWith(keySamples(key, sampleRate), context, sampleRate)).start();
  }

  private bufferOf(tone: Tone, context: AudioContext): AudioBuffer {
    const rate = tone === 'tune' ? tuneRate : context.sampleRate;
    const buffer = this.buffers.get(tone) ?? bufferWith(samplesOf(tone, rate), context, rate);
    this.buffers.set(tone, buffer);
    return buffer;
  }

  private source(context: AudioContext, buffer: AudioBuffer): AudioBufferSourceNode {
    const source = context.createBufferSource();
    source.buffer = buffer;
    source.connect(context.destination);
    return source;
  }

  private open(): AudioContext | null {
    if (this.context === null && 'AudioContext' in globalThis) {
      this.context = new AudioContext();
      this.context.addEventListener('statechange', () => {
        for (const watcher of this.watchers) watcher();
      });
    }
    return this.context;
  }
}

function bufferWith(
  samples: Float32Array<ArrayBuffer>,
  context: AudioContext,
  rate: number,
): AudioBuffer {
  const buffer = context.createBuffer(1, Math.max(1, samples.length), rate);
  buffer.copyToChannel(samples, 0);
  return buffer;
}

export const player = new Player();
