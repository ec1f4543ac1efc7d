// SPDX-License-Identifier: Apache-2.0
import { at } from '@dering/api/base';
import type { Handset } from '@dering/sip/handset';
import type { Ended } from '@dering/sip/state';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { missedTitle, peerText } from '../recent/record_text';
import type { History } from './history';
import type { Notify } from './notification';

interface Properties {
  readonly telephone: Handset;
  readonly over: Ended | null;
  readonly history: History;
  readonly notify: Notify;
}

/** Everything that tells of missed calls outside of card and list: the icon and one notification. */
export function useMissed({ telephone, over, history, notify }: Properties): void {
  const hasMissed = history.state.unseen > 0;
  useEffect(() => {
    const icon = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
    if (icon !== null) icon.href = at(hasMissed ? '/icon-missed.svg' : '/icon.svg');
  }, [hasMissed]);
  useEndSeen(telephone, over, hasMissed);
  useNotice(history, notify);
}

/** With what was missed the end of the last call has been seen, on whichever page that was. */
function useEndSeen(telephone: Handset, over: Ended | null, hasMissed: boolean): void {
  const had = useRef(false);
  const isMissed = over?.outcome === 'missed';
  useEffect(() => {
    if (had.current && !hasMissed && isMissed) telephone.dismiss();
    had.current = hasMissed;
  }, [telephone, isMissed, hasMissed]);
}

/** One notification for all of them, which goes when they have been seen. */
function useNotice({ missed, state: { unseen } }: History, notify: Notify): void {
  const { t } = useTranslation();
  const latest = missed[0]?.id;
  const names = [...new Set(missed.map((call) => peerText(call, t)))].join(', ');
  const title = missedTitle(unseen, t);
  useEffect(() => {
    if (latest === undefined) return undefined;
    return notify('missed', title, names);
    // The words are those of the calls up to the latest.
  }, [latest, title, names, notify]);
}
