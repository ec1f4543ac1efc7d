// SPDX-License-Identifier: Apache-2.0
import { isBusy } from '@dering/sip/state';
import type { Telephone } from '@dering/sip/telephone';
import { useCallback, useEffect, useSyncExternalStore } from 'react';
import { isEnd, type End, type Standing } from '../boot/renewal';
import { useLatest } from '../shared/use_latest';

interface Properties {
  readonly identity: {
    readonly watch: (watcher: () => void) => () => void;
    readonly standing: () => Standing;
  };
  readonly telephone: Telephone | null;
  readonly onEnd: (how: End) => void;
}

const never = () => () => {};

/** When the sign-in is over the telephone rests, and the page ends with the call that goes on. */
export function useEnd({ identity, telephone, onEnd }: Properties): void {
  const standing = useSyncExternalStore(identity.watch, identity.standing);
  const busy = useSyncExternalStore(
    telephone?.watch ?? never,
    useCallback(() => telephone !== null && isBusy(telephone.current()), [telephone]),
  );
  const tell = useLatest(onEnd);
  const isOver = isEnd(standing);
  useEffect(() => {
    if (isOver) telephone?.retire();
  }, [isOver, telephone]);
  useEffect(() => {
    if (isEnd(standing) && !busy) tell(standing);
  }, [standing, busy, tell]);
}
