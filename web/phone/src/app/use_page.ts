// SPDX-License-Identifier: Apache-2.0
import type { Api } from '@dering/api/client';
import type { Forwarding, ParkedCall, SessionChange } from '@dering/api/types';
import type { Handset } from '@dering/sip/handset';
import { hasRoom, picturesOf, type Phone } from '@dering/sip/state';
import { canSendOn } from '@dering/sip/joining';
import { useQueryClient } from '@tanstack/react-query';
import { useMemo, useRef, useState } from 'react';
import { activeCall } from '../call/call_text';
import { usePhone, useTelephone } from '../call/telephone_context';
import { toggleCamera } from '../call/toggle_camera';
import { usePortal } from '../portal/use_portal';
import { forwardingKey } from '../shared/use_forwarding';
import { useFocusKeeper } from '../shared/use_lost_focus';
import { useLatest } from '../shared/use_latest';
import { player } from '../sound/player';
import { useDirectory } from './directory';
import { useHistory, type History } from './history';
import { useLeaveGuard } from './leave_guard';
import { useMissed } from './missed';
import { usePickups } from './pickups';
import { useFocusAfterBack, useRoute } from './route';
import { useRinging } from './ringing';
import type { Seat } from './seat';
import { useShortcuts } from './shortcuts';
import { useTitle } from './title';
import { useTune } from './tune';

interface Properties {
  readonly api: Api;
  /** False when the sign-in is over and only a call goes on. */
  readonly isLive: boolean;
  readonly onSession: (change: SessionChange) => Promise<boolean>;
  readonly seat: Seat;
}

/** What the page knows and can do; the shell draws it. */
export function usePage({ api, isLive, onSession, seat }: Properties) {
  const telephone = useTelephone();
  const phone = usePhone((whole) => whole);
  const { link, call, over } = phone;
  const tune = useTune();
  const pickups = usePickups();
  const history = useHistory(api);
  const { people, state, parked } = useNews({ api, isLive, onSession, seat, pickups, history });
  const way = useRoute();
  const [sheetOpen, setSheetOpen] = useState(false);
  const search = useRef<HTMLInputElement>(null);
  useFocusKeeper(search);
  useFocusAfterBack();
  const keypad = useKeypad(call?.kind === 'talking' ? call.id : null);
  const transfer = useTransfer(phone);

  const byNumber = useMemo(() => new Map(people.map((each) => [each.extension, each])), [people]);
  const dial = useLatest((number: string, name?: string) => {
    player.unlock();
    way.go({ kind: 'call' });
    void telephone.call({ number, name: name || (byNumber.get(number)?.name ?? '') });
  });
  const press = (key: string) => {
    player.key(key);
    telephone.press(key);
  };

  useShortcuts({
    ...commandsOf(telephone),
    find: () => search.current?.focus(),
    keypad: keypad.toggle,
    transfer: transfer.toggle,
    sheet: () => setSheetOpen(true),
    key: (key) => {
      if (keypad.isOpen) press(key);
    },
  });
  const { isLeader, notify } = seat;
  useRinging({ phone, wantsTune: tune.isOn, isHeard: isLeader, notify });
  useTitle({ phone, route: way.route, unseen: history.state.unseen, byNumber });
  useMissed({ telephone, over, history, notify });
  usePortal(telephone, dial, history.state.unseen);
  useLeaveGuard(isLeader && activeCall(call) !== null);

  const canCall = link === 'ready' && hasRoom(phone);
  const calls = { phone, call, over, tune, canCall, dial, press, keypad, transfer };
  const told = { pickups, parked, history };
  const dismiss = () => telephone.dismiss();
  return {
    ...calls,
    ...told,
    way,
    dismiss,
    people,
    state,
    byNumber,
    search,
    sheetOpen,
    setSheetOpen,
  };
}

interface NewsProperties extends Properties {
  readonly pickups: ReturnType<typeof usePickups>;
  readonly history: History;
}

/** What the server tells, each to whom it concerns. */
function useNews({ seat, pickups, history, ...rest }: NewsProperties) {
  const [parked, setParked] = useState<readonly ParkedCall[]>([]);
  const directory = useDirectory({
    ...rest,
    follow: seat.follow,
    onLine: seat.onLine,
    onAway: seat.onAway,
    onForwarding: useForwardingNews(),
    onPickup: pickups.hear,
    onParking: ({ calls }) => setParked(calls),
    onHistory: history.hear,
  });
  return { ...directory, parked };
}

export type Page = ReturnType<typeof usePage>;

/** The keys that are commands to the telephone. */
const commandsOf = (telephone: Handset) => ({
  answer: () => void telephone.answer(),
  decline: () => telephone.decline(),
  mute: () => telephone.toggleMute(),
  hold: () => telephone.toggleHold(),
  camera: () => toggleCamera(telephone.pictures, picturesOf(telephone.current()).ours),
  swap: () => telephone.swap(),
  hangUp: () => telephone.hangUp(),
  silence: () => telephone.silence(),
});

/** The keypad belongs to one conversation: the next one starts with it closed. */
function useKeypad(talkingId: string | null) {
  const [openFor, setOpenFor] = useState<string | null>(null);
  const isOpen = talkingId !== null && openFor === talkingId;
  return { isOpen, toggle: () => setOpenFor(isOpen ? null : talkingId) };
}

/**
 * To whom one sends the call in front on is chosen while it stays as it is. With two calls the key
 * leads to the button that connects them: a key alone shall not send anybody away.
 */
function useTransfer(phone: Phone) {
  const id = phone.other === null && canSendOn(phone) ? (phone.call?.id ?? null) : null;
  const [openFor, setOpenFor] = useState<string | null>(null);
  const toggle = () => {
    if (id !== null) setOpenFor(openFor === id ? null : id);
    else document.querySelector<HTMLElement>('[data-testid="connect"]')?.focus();
  };
  return { canOpen: id !== null, isOpen: id !== null && openFor === id, toggle };
}

/** What the server tells of one's forwarding counts at once. */
function useForwardingNews() {
  const client = useQueryClient();
  return (forwarding: Forwarding | null) => {
    if (forwarding === null) void client.invalidateQueries({ queryKey: [forwardingKey] });
    else client.setQueryData([forwardingKey, forwarding.extension], forwarding);
  };
}
