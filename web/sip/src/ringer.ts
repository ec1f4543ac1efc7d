// SPDX-License-Identifier: Apache-2.0
import { isAnswering, ringingOf, type Phone } from './state';

/** Plays an element of the page, over and over, while somebody calls. */
export class Ringer {
  private isOn = false;

  constructor(private readonly element: HTMLMediaElement | undefined) {}

  watch(phone: Phone): void {
    const call = ringingOf(phone);
    const isWanted = call !== null && !isAnswering(call) && call.stage !== 'silenced';
    const { element } = this;
    if (element === undefined || isWanted === this.isOn) return;
    this.isOn = isWanted;
    if (!isWanted) return element.pause();
    element.loop = true;
    element.currentTime = 0;
    // A browser refuses sound to a page in which nobody has clicked yet; that is no fault of a call.
    element.play().catch(() => {});
  }
}
