// SPDX-License-Identifier: Apache-2.0
import { at } from '@dering/api/base';
import { organisation } from '../shared/organisation';

/** Shows a desktop notification; the returned function takes it away. */
export type Notify = (tag: string, title: string, body?: string) => () => void;

/** For a tab in which another one's notifications count: one for each person, not for each tab. */
export const notifyNobody: Notify = () => () => {};

/** Shows it anew when the person looks away, and no more while they look; in the end takes it away. */
export function whileUnseen(notify: () => () => void): () => void {
  let close = notify();
  const look = () => {
    close();
    close = notify();
  };
  document.addEventListener('visibilitychange', look);
  return () => {
    document.removeEventListener('visibilitychange', look);
    close();
  };
}

/** Only while nobody looks at the page, in whichever tab. */
export const notifyUnless =
  (isLookedAt: () => boolean): Notify =>
  (...words) =>
    document.hidden && !isLookedAt() ? show(...words) : () => {};

/** A later one with the same tag takes its place. */
function show(tag: string, title: string, body?: string): () => void {
  const { name, logo } = organisation();
  if (!('Notification' in globalThis) || Notification.permission !== 'granted') return () => {};
  try {
    const options = {
      tag: `dering-${tag}`,
      body: body ?? name,
      icon: at(`/${logo || 'icon.svg'}`),
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
