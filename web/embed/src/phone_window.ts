// SPDX-License-Identifier: Apache-2.0

/** The one name of the phone's window: whoever opens it finds the one that is there. */
export const windowName = 'dering';
const windowShape = 'popup,width=420,height=760';

/**
 * Brings the phone's window to the front. One that is there is never loaded again: that would end its
 * call. Null where no window may be opened.
 */
export function phoneWindow(address: string): Window | null {
  const opened = window.open('', windowName, windowShape);
  if (opened === null) return null;
  // One that was there before this page was loaded is found by its name.
  if (isBlank(opened)) opened.location.replace(address);
  opened.focus();
  return opened;
}

function isBlank(opened: Window): boolean {
  try {
    return opened.location.href === 'about:blank';
  } catch {
    // It is the phone, or at its provider's.
    return false;
  }
}
