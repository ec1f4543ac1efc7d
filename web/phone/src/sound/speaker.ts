// SPDX-License-Identifier: Apache-2.0

/** The one audio element that plays the other side of a call. */
class Speaker {
  private element: HTMLAudioElement | null = null;

  play(stream: MediaStream | null): void {
    if (this.element === null) {
      this.element = document.createElement('audio');
      this.element.autoplay = true;
      document.body.append(this.element);
    }
    this.element.srcObject = stream;
  }
}

export const speaker = new Speaker();
