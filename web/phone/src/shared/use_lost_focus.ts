// SPDX-License-Identifier: Apache-2.0
import { useEffect, type RefObject } from 'react';

/** True where the element that had the focus is gone, so that the next Tab would begin at the top. */
const isFocusLost = (): boolean =>
  document.activeElement === null || document.activeElement === document.body;

/** The next act takes the focus as it appears, where that would be lost; never away from a person. */
export function useLostFocus(target: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    if (isFocusLost()) target.current?.focus();
  }, [target]);
}

/**
 * Takes the focus after all others: where the page has just opened, or what had it is gone and nothing
 * else has taken it. Not for fingers, for whom a field brings up the keys, nor out of a portal's page.
 */
export function useFocusKeeper(fallback: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    let last: EventTarget | null = null;
    const keep = () => {
      if (last instanceof Element && last.isConnected) return;
      const isOurs = window.self === window.top || document.hasFocus();
      if (isFocusLost() && isOurs && !matchMedia('(hover: none)').matches) rest(fallback.current);
    };
    const follow = ({ target }: FocusEvent) => {
      last = target;
    };
    // What is drawn in answer to a click is there in the next task.
    let timer: ReturnType<typeof setTimeout> | undefined;
    const watcher = new MutationObserver(() => {
      clearTimeout(timer);
      timer = setTimeout(keep);
    });
    document.addEventListener('focusin', follow);
    watcher.observe(document.body, { childList: true, subtree: true });
    keep();
    return () => {
      clearTimeout(timer);
      watcher.disconnect();
      document.removeEventListener('focusin', follow);
    };
  }, [fallback]);
}

/** The focus rests there until the person does something with it: nobody types into it yet. */
function rest(field: HTMLElement | null): void {
  if (field === null) return;
  field.dataset.rests = '';
  const wake = () => {
    delete field.dataset.rests;
    for (const sign of signs) field.removeEventListener(sign, wake);
  };
  for (const sign of signs) field.addEventListener(sign, wake);
  field.focus();
}

const signs = ['keydown', 'pointerdown', 'blur'] as const;
