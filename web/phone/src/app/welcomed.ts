// SPDX-License-Identifier: Apache-2.0
import { useState } from 'react';

const storageKey = 'dering.welcomed';

/** Whether the card of the first visit is on the page; this browser sees it once, or when asked. */
export function useWelcome() {
  const [isShown, setShown] = useState(() => localStorage.getItem(storageKey) === null);
  return {
    isShown,
    show: () => setShown(true),
    finish: () => {
      localStorage.setItem(storageKey, '1');
      setShown(false);
    },
  };
}
