// SPDX-License-Identifier: Apache-2.0
import type { Api } from '@dering/api/client';
import type { SessionChange } from '@dering/api/types';
import { isBusy } from '@dering/sip/state';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo, useRef, useState } from 'react';
import { usePhone, useTelephone } from '../call/telephone_context';
import { useLatest } from '../shared/use_latest';
import { player } from '../sound/player';
import { useDirectory } from './directory';
import type { Place } from '../settings/settings_page';
import { useRinging } from './ringing';
import { useShortcuts } from './shortcuts';

interface Properties {
  readonly api: Api;
  /** False when the sign-in is over and only a call goes on. */
  readonly isLive: boolean;
  readonly onSession: (change: SessionChange) => Promise<boolean>;
}

/** What the page knows and can do; the shell draws it. */
export function usePage({ api, isLive, onSession }: Properties) {
  const telephone = useTelephone();
  const link = usePhone((phone) => phone.link);
  const call = usePhone((phone) => phone.call);
  const busy = usePhone(isBusy);
  const { people, state } = useDirectory({ api, isLive, onSession });
  const [selected, show] = useState<string | null>(null);
  const [place, open] = useState<Place | null>(null);
  const [sheetOpen, setSheetOpen] = useState(false);
  const search = useRef<HTMLInputElement>(null);
  const keypad = useKeypad(call?.kind === 'talking' ? call.id : null);

  const byNumber = useMemo(() => new Map(people.map((each) => [each.extension, each])), [people]);
  // A person, a call and the settings share one side of the page.
  const select = useLatest((extension: string | null) => {
    open(null);
    show(extension);
  });
  const dial = useLatest((number: string, name?: string) => {
    player.unlock();
    select(null);
    void telephone.call({ number, name: name || (byNumber.get(number)?.name ?? '') });
  });
  const press = (key: string) => {
    player.key(key);
    telephone.press(key);
  };

  useShortcuts({
    find: () => search.current?.focus(),
    mute: () => telephone.toggleMute(),
    keypad: keypad.toggle,
    hangUp: () => telephone.hangUp(),
    silence: () => telephone.silence(),
    sheet: () => setSheetOpen(true),
    key: (key) => {
      if (keypad.isOpen) press(key);
    },
  });
  useRinging(call);
  useNewHistory(call?.kind === 'ended' ? call.id : null);

  const canCall = link === 'ready' && !busy;
  const calls = { call, canCall, dial, press, keypad, dismiss: () => telephone.dismiss() };
  return {
    ...calls,
    people,
    state,
    byNumber,
    selected,
    select,
    place,
    open,
    search,
    sheetOpen,
    setSheetOpen,
  };
}

/** The keypad belongs to one conversation: the next one starts with it closed. */
function useKeypad(talkingId: string | null) {
  const [openFor, setOpenFor] = useState<string | null>(null);
  const isOpen = talkingId !== null && openFor === talkingId;
  return { isOpen, toggle: () => setOpenFor(isOpen ? null : talkingId) };
}

/** After each call the history has a new line. */
function useNewHistory(endedId: string | null): void {
  const client = useQueryClient();
  useEffect(() => {
    if (endedId !== null) void client.invalidateQueries({ queryKey: ['calls'] });
  }, [endedId, client]);
}
