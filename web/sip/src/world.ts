// SPDX-License-Identifier: Apache-2.0
import type { Line, LineListener } from './line';
import type { Showing } from './picture';

/** What the telephone takes from the world, so that a test can give it another one. */
export interface World {
  openLine(listener: LineListener): Line;
  /** `isGone`: in place of one that has ended by itself. */
  openMicrophone(isGone: boolean): Promise<MediaStream>;
  /** A camera, or the screen that the person chooses. */
  openPicture(wanted: Showing): Promise<MediaStream>;
  /** The other side's sound; null when the call is over. */
  play(stream: MediaStream | null): void;
  /** The microphone of the conversation in front; null when there is none. */
  hear(microphone: MediaStream | null): void;
  /**
   * Asks the sign-in for a new token after so many refusals; the answer comes as renew().
   * `forbidden`: the server knows who it is, and says no.
   */
  requestToken(refusals: number, forbidden: boolean): void;
  /** Monotonic milliseconds. */
  now(): number;
  /** Unix milliseconds: the same in all pages. */
  unix(): number;
  newId(): string;
}
