// SPDX-License-Identifier: Apache-2.0
import { phoneWindow, windowName } from '@dering/embed/phone_window';
import { portal } from './portal';

/** Of a link that opens the window where no script may. */
export const phoneTarget = windowName;

/** Brings the phone's window to the front. False where a script may open none. */
export function showPhone(address: string): boolean {
  if (portal?.isHeard() !== true) return phoneWindow(address) !== null;
  // The portal's page finds its window again; one that a frame opened it would not.
  portal.show();
  return true;
}
