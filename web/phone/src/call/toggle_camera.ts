// SPDX-License-Identifier: Apache-2.0
import type { HandsetPictures } from '@dering/sip/handset';
import type { Shown } from '@dering/sip/picture';

/** The camera on, in place of a screen too, or off. */
export function toggleCamera(pictures: HandsetPictures, ours: Shown): void {
  if (ours === 'camera') pictures.hide();
  else void pictures.show('camera');
}
