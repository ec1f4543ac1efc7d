// SPDX-License-Identifier: Apache-2.0
import { audioContext } from './context';
import { levelOf, type Level } from './level';

/**
 * Reads the level of a microphone. It listens to a copy of the track, which goes on sounding while the
 * call's own is muted: nothing of it leaves the page.
 */
export class Ear {
  private copy: MediaStreamTrack | null = null;
  private source: MediaStreamAudioSourceNode | null = null;
  private analyser: AnalyserNode | null = null;
  private samples = new Float32Array(0);

  listen(microphone: MediaStream | null): void {
    this.close();
    const track = microphone?.getTracks()[0];
    const context = track === undefined ? null : audioContext();
    if (track === undefined || context === null) return;
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
    if (this.analyser === null || this.analyser.context.state !== 'running') return null;
    this.analyser.getFloatTimeDomainData(this.samples);
    return levelOf(this.samples);
  }

  close(): void {
    this.source?.disconnect();
    this.copy?.stop();
    [this.copy, this.source, this.analyser] = [null, null, null];
  }
}

/** That of the conversation in front. */
export const ear = new Ear();
