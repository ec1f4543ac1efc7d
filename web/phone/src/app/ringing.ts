// SPDX-License-Identifier: Apache-2.0
import { at } from '@dering/api/base';
import { isAnswering, isServedATune, ringingOf, type Phone } from '@dering/sip/state';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { nameOf } from '../call/name_of';
import { player } from '../sound/player';
import type { Tone } from '../sound/tones';

/** Everything that tells the person about a call outside of the card: sound, title, notification. */
export function useRinging(phone: Phone, wantsTune: boolean): void {
  const { t } = useTranslation();
  const call = ringingOf(phone);
  const ringing = call !== null && !isAnswering(call) ? call : null;
  const tone = toneOf(phone, wantsTune);

  useEffect(() => {
    if (tone === null) return undefined;
    player.start(tone);
    return () => player.stop();
  }, [tone]);

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

/** What sounds, the most important first. */
function toneOf(phone: Phone, wantsTune: boolean): Tone | null {
  const { call } = phone;
  const ringing = ringingOf(phone);
  if (ringing?.stage === 'ringing') return ringing === call ? 'ring' : 'waiting';
  if (call?.kind === 'ringing-out' && call.stage === 'ringing') return 'ringback';
  return wantsTune && isServedATune(call) ? 'tune' : null;
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
