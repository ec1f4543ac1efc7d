// SPDX-License-Identifier: Apache-2.0

/** Where a browser keeps nothing for a page (all cookies refused), asking throws: nobody can sign in. */
export function keepsNothing(): boolean {
  try {
    for (const storage of [localStorage, sessionStorage]) storage.getItem('');
    return false;
  } catch {
    return true;
  }
}
