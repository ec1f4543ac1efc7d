// SPDX-License-Identifier: Apache-2.0
import { choice } from './choice';
import { deviceList } from './device_list';
import { playTo } from './outlet';

/** The one audio element that plays the other side of a call, to the device that the person chose. */
class Speaker {
  private element: HTMLAudioElement | null = null;

  play(stream: MediaStream | null): void {
    if (this.element === null) {
      this.element = document.createElement('audio');
      this.element.autoplay = true;
      document.body.prepend(this.element);
      choice.watch(() => this.follow());
      deviceList.watch(() => this.follow());
    }
    this.element.srcObject = stream;
    this.follow();
  }

  private follow(): void {
    if (this.element !== null) void playTo(this.element, deviceList.output('speaker'));
  }
}

export const speaker = new Speaker();
