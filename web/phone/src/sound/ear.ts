// SPDX-License-Identifier: Apache-2.0
import { levelOf, type Level } from './level';

/** It has nothing to play, so that no loudspeaker needs to be opened, where a browser knows that. */
const unheard = { sinkId: { type: 'none' } } as AudioContextOptions;

/**
 * Reads the level of a microphone. It listens to a copy of the track, which goes on sounding while the
 * call's own is muted: nothing of it leaves the page.
 */
export class Ear {
  private context: AudioContext | null = null;
  private copy: MediaStreamTrack | null = null;
  private source: MediaStreamAudioSourceNode | null = null;
  private analyser: AnalyserNode | null = null;
  private samples = new Float32Array(0);

  listen(microphone: MediaStream | null): void {
    this.close();
    const track = microphone?.getTracks()[0];
    if (track === undefined || !('AudioContext' in globalThis)) return;
    // One for each microphone: Chromium keeps what listens to a stream for as long as its context runs.
    const context = new AudioContext(unheard);
    this.context = context;
    this.copy = track.clone();
    this.copy.enabled = true;
    this.source = context.createMediaStreamSource(new MediaStream([this.copy]));
    this.analyser = context.createAnalyser();
    // Somewhat more than what passes between two looks is enough to miss no word.
    this.analyser.fftSize = 4096;
    this.samples = new Float32Array(this.analyser.fftSize);
    this.source.connect(this.analyser);
  }

  /** Of the last tenth of a second; null while nothing can be measured. */
  read(): Level | null {
    if (this.analyser === null || this.context === null) return null;
    if (this.context.state !== 'running') {
      // Made before the person has clicked anywhere, where a browser wants that.
      if (navigator.userActivation?.hasBeenActive) void this.context.resume().catch(() => {});
      return null;
    }
    this.analyser.getFloatTimeDomainData(this.samples);
    return levelOf(this.samples);
  }

  close(): void {
    this.source?.disconnect();
    this.copy?.stop();
    void this.context?.close().catch(() => {});
    [this.context, this.copy, this.source, this.analyser] = [null, null, null, null];
  }
}

/** That of the conversation in front. */
export const ear = new Ear();
