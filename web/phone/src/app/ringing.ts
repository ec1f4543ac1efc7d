// SPDX-License-Identifier: Apache-2.0
import { isAnswering, isServedATune, ringingOf, type Phone } from '@dering/sip/state';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { nameOf } from '../call/name_of';
import { player } from '../sound/player';
import type { Tone } from '../sound/tones';
import { useEndTone } from './end_tone';
import { whileUnseen, type Notify } from './notification';

interface Properties {
  readonly phone: Phone;
  readonly wantsTune: boolean;
  /** Only one tab of a browser sounds. */
  readonly isHeard: boolean;
  readonly notify: Notify;
}

/** What tells the person about a call when they do not look at the page: sound and notification. */
export function useRinging({ phone, wantsTune, isHeard, notify }: Properties): void {
  const { t } = useTranslation();
  const call = ringingOf(phone);
  const ringing = call !== null && !isAnswering(call) ? call : null;
  const endTone = useEndTone(phone.over);
  const tone = isHeard ? (toneOf(phone, wantsTune) ?? endTone) : null;

  useEffect(() => {
    if (tone === null) return undefined;
    return player.start(tone);
  }, [tone]);

  useEffect(() => (isHeard ? player.prepare() : undefined), [isHeard]);

  const id = ringing?.id;
  const title = ringing === null ? null : t('incoming.title', { name: nameOf(ringing.party, t) });
  useEffect(() => {
    if (id === undefined || title === null) return undefined;
    return whileUnseen(() => notify(id, title));
  }, [id, title, notify]);
}

/** What sounds, the most important first. */
function toneOf(phone: Phone, wantsTune: boolean): Tone | 'ring' | null {
  const { call } = phone;
  const ringing = ringingOf(phone);
  if (ringing?.stage === 'ringing') return ringing === call ? 'ring' : 'waiting';
  if (call?.kind === 'ringing-out' && call.stage === 'ringing') return 'ringback';
  return wantsTune && isServedATune(call) ? 'tune' : null;
}
