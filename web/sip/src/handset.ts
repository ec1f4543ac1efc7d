// SPDX-License-Identifier: Apache-2.0
import type { Party } from './party';
import type { Showing } from './picture';
import type { Phone } from './state';

/**
 * What a page has in its hand of a telephone: the telephone itself, or the mirror of one that is in
 * another tab or window. A command says what the person wishes; what becomes of it the state tells.
 */
export interface Handset {
  readonly watch: (watcher: () => void) => () => void;
  readonly current: () => Phone;
  call(party: Party): unknown;
  answer(): unknown;
  silence(): void;
  /** `note`: what the person says to who calls. */
  decline(how?: 'declined' | 'busy', note?: string): void;
  hangUp(): void;
  toggleMute(): void;
  toggleHold(): void;
  swap(): void;
  press(tone: string): void;
  dismiss(): void;
  readonly transfers: HandsetTransfers;
  readonly pictures: HandsetPictures;
}

/** Sending on whom one talks with. */
export interface HandsetTransfers {
  send(to: Party): void;
  park(): void;
  ask(to: Party): unknown;
  connect(): void;
  goBack(): void;
  dismiss(): void;
}

/** Cameras and screens of the call in front. */
export interface HandsetPictures {
  /** False where the telephone is in another page, which alone has the pictures. */
  readonly isHere: boolean;
  show(wanted: Showing): unknown;
  hide(): void;
  /** The person has read why nothing is shown. */
  dismiss(): void;
  stream(whose: 'ours' | 'theirs'): MediaStream | null;
}
