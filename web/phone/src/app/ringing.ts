// SPDX-License-Identifier: Apache-2.0
import { at } from '@dering/api/base';
import { isAnswering, type Call } from '@dering/sip/state';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { nameOf } from '../call/call_text';
import { player } from '../sound/player';

/** Everything that tells the person about a call outside of the card: sound, title, notification. */
export function useRinging(call: Call | null): void {
  const { t } = useTranslation();
  const ringing = call?.kind === 'ringing-in' && !isAnswering(call) ? call : null;
  const isLoud = ringing?.stage === 'ringing';
  const waits = call?.kind === 'ringing-out' && call.stage === 'ringing';

  useEffect(() => {
    if (isLoud) player.start('ring');
    else if (waits) player.start('ringback');
    else return undefined;
    return () => player.stop();
  }, [isLoud, waits]);

  const id = ringing?.id;
  const title = ringing === null ? null : t('incoming.title', { name: nameOf(ringing.party, t) });
  useEffect(() => {
    document.title = title === null ? t('app.name') : `\u{1F514} ${title}`;
  }, [title, t]);

  useEffect(() => {
    if (id === undefined || title === null) return undefined;
    return notify(id, title);
  }, [id, title]);
}

/** Shows a desktop notification while the page is hidden; the returned function takes it away. */
function notify(id: string, title: string): () => void {
  const isWanted =
    document.hidden && 'Notification' in globalThis && Notification.permission === 'granted';
  if (!isWanted) return () => {};
  try {
    const options = { tag: `dering-${id}`, icon: at('/icon.svg'), requireInteraction: true };
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
