// SPDX-License-Identifier: Apache-2.0
import { at } from '@dering/api/base';

/**
 * Shows a desktop notification while the page is hidden; the returned function takes it away. A later
 * one with the same tag takes its place.
 */
export function notify(tag: string, title: string, body = ''): () => void {
  const isWanted =
    document.hidden && 'Notification' in globalThis && Notification.permission === 'granted';
  if (!isWanted) return () => {};
  try {
    const options = {
      tag: `dering-${tag}`,
      body,
      icon: at('/icon.svg'),
      requireInteraction: true,
    };
    const notification = new Notification(title, options);
    notification.addEventListener('click', () => {
      window.focus();
      notification.close();
    });
    return () => notification.close();
  } catch {
    // Chrome on Android allows notifications from a service worker only.
    return () => {};
  }
}
