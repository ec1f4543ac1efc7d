// SPDX-License-Identifier: Apache-2.0
import { choice } from './choice';
import { audioContext } from './context';
import { deviceList } from './device_list';
import { Outlet } from './outlet';
import { inPauses } from './in_pauses';
import { isRing } from './rings';
import { keySamples, samplesOf, type Tone } from './tones';
import { tuneRate } from './tune';

/**
 * The telephone's own sounds through one AudioContext. A browser keeps it suspended until the
 * person has clicked somewhere; `isBlocked` says so, and `unlock` must be called from a click.
 */
export class Player {
  private context: AudioContext | null = null;
  private loop: { readonly tone: Tone; readonly source: AudioBufferSourceNode } | null = null;
  /** What somebody wants to sound; the newest does. */
  private wishes: readonly { readonly wanted: Tone | 'ring' }[] = [];
  private readonly buffers = new Map<Tone, AudioBuffer>();
  private readonly watchers = new Set<() => void>();
  private outlets: { readonly ringer: Outlet; readonly speaker: Outlet } | null = null;

  constructor() {
    // Who chooses while it rings hears it.
    choice.watch(() => this.follow());
    deviceList.watch(() => this.follow());
  }

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

  /**
   * Makes the tones of a call in the pauses of the page, each of which takes a moment that the first call would
   * wait for; the returned function stops that.
   */
  prepare(): () => void {
    const due: (Tone | 'ring')[] = ['ring', 'ringback'];
    return inPauses(() => {
      const wanted = due.shift();
      const context = wanted === undefined ? null : this.open();
      if (wanted !== undefined && context !== null) this.bufferOf(toneOf(wanted), context);
      return due.length > 0;
    });
  }

  /**
   * Repeats a tone until the returned function is called; `ring` is the one that the person has
   * chosen. Who tries the ring out while a call begins to ring does not silence that call.
   */
  start(wanted: Tone | 'ring'): () => void {
    const wish = { wanted };
    this.wishes = [...this.wishes, wish];
    this.sound();
    return () => {
      this.wishes = this.wishes.filter((each) => each !== wish);
      this.sound();
    };
  }

  private sound(): void {
    const wanted = this.wishes.at(-1)?.wanted;
    const tone = wanted === undefined ? null : toneOf(wanted);
    if (tone === (this.loop?.tone ?? null)) return;
    this.silence();
    const context = tone === null ? null : this.open();
    if (tone === null || context === null) return;
    const source = this.source(
      context,
      this.bufferOf(tone, context),
      isRing(tone) ? 'ringer' : 'speaker',
    );
    source.loop = true;
    source.start();
    this.loop = { tone, source };
  }

  private silence(): void {
    this.loop?.source.stop();
    if (this.loop !== null) this.outlets?.[isRing(this.loop.tone) ? 'ringer' : 'speaker'].close();
    this.loop = null;
  }

  key(key: string): void {
    const context = this.open();
    if (context === null) return;
    const { sampleRate } = context;
    const buffer = bufferWith(keySamples(key, sampleRate), context, sampleRate);
    this.source(context, buffer, 'speaker').start();
  }

  private follow(): void {
    if (this.loop === null || this.outlets === null) return;
    this.sound();
    this.outletOf(isRing(this.loop.tone) ? 'ringer' : 'speaker');
  }

  private bufferOf(tone: Tone, context: AudioContext): AudioBuffer {
    const rate = tone === 'tune' ? tuneRate : context.sampleRate;
    const buffer = this.buffers.get(tone) ?? bufferWith(samplesOf(tone, rate), context, rate);
    this.buffers.set(tone, buffer);
    return buffer;
  }

  private source(
    context: AudioContext,
    buffer: AudioBuffer,
    where: 'ringer' | 'speaker',
  ): AudioBufferSourceNode {
    const source = context.createBufferSource();
    source.buffer = buffer;
    source.connect(this.outletOf(where) ?? context.destination);
    return source;
  }

  private outletOf(where: 'ringer' | 'speaker'): AudioNode | undefined {
    const { loudness } = choice.current();
    return this.outlets?.[where].open(
      deviceList.output(where),
      where === 'ringer' ? loudness / 100 : 1,
    );
  }

  private open(): AudioContext | null {
    if (this.context === null) {
      const context = audioContext();
      this.context = context;
      if (context === null) return null;
      this.outlets = {
        ringer: new Outlet(context, 'ringer'),
        speaker: new Outlet(context, 'own'),
      };
      context.addEventListener('statechange', () => {
        for (const watcher of this.watchers) watcher();
      });
    }
    return this.context;
  }
}

const toneOf = (wanted: Tone | 'ring'): Tone =>
  wanted === 'ring' ? choice.current().ring : wanted;

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
