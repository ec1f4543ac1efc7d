// SPDX-License-Identifier: Apache-2.0

/** True while the keys belong to a field, so that no shortcut may take them. */
export function isTyping(element: Element | null = document.activeElement): boolean {
  if (element === null) return false;
  // The page has put the focus there, and nobody has touched it since.
  if (element instanceof HTMLElement && element.dataset.rests !== undefined) return false;
  if (element instanceof HTMLInputElement) {
    return !['radio', 'checkbox', 'button', 'submit'].includes(element.type);
  }
  return (
    element instanceof HTMLTextAreaElement ||
    element instanceof HTMLSelectElement ||
    (element instanceof HTMLElement && element.isContentEditable)
  );
}
