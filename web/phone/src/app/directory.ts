// SPDX-License-Identifier: Apache-2.0
import type { Api } from '@dering/api/client';
import type { EventListener } from '@dering/api/event_stream';
import type {
  AwayChange,
  Forwarding,
  HistoryState,
  LineChange,
  Parking,
  Pickup,
  SessionChange,
} from '@dering/api/types';
import { useEffect, useMemo, useRef, useSyncExternalStore } from 'react';
import { LiveDirectory, type Shown } from './live_directory';
import type { Follow } from './news';

interface Properties {
  readonly api: Api;
  readonly isLive: boolean;
  readonly follow: Follow;
  /** Answers with true when the stream has to be opened anew, with a newer token. */
  readonly onSession: (change: SessionChange) => Promise<boolean>;
  /** The sound of the conversation gets through otherwise than before. */
  readonly onLine?: (change: LineChange) => void;
  readonly onAway?: (change: AwayChange) => void;
  /** Where one's own calls go; null: it may have changed meanwhile. */
  readonly onForwarding?: (forwarding: Forwarding | null) => void;
  /** What rings at colleagues; null: what was told of it before counts no more. */
  readonly onPickup?: (pickup: Pickup | null) => void;
  readonly onParking?: (parking: Parking) => void;
  /** How far one has looked at the history; null: it may have changed meanwhile. */
  readonly onHistory?: (state: HistoryState | null) => void;
}

/** Everybody, live; and what the same stream says about this sign-in. */
export function useDirectory(properties: Properties): Shown {
  const { api, isLive, follow } = properties;
  const live = useMemo(() => new LiveDirectory(api.directory), [api]);
  const tell = useRef(properties);
  useEffect(() => {
    tell.current = properties;
  });
  useEffect(() => {
    if (!isLive) return undefined;
    let stop = new AbortController();
    const listener: EventListener = {
      onReady: () => {
        live.load();
        tell.current.onForwarding?.(null);
        tell.current.onPickup?.(null);
        tell.current.onHistory?.(null);
      },
      onPerson: (person) => live.change({ kind: 'person', person }),
      onPersonGone: ({ extension }) => live.change({ kind: 'gone', extension }),
      onPresence: (change) => live.change({ kind: 'presence', ...change }),
      onLine: (change) => tell.current.onLine?.(change),
      onAway: (change) => tell.current.onAway?.(change),
      onPickup: (pickup) => tell.current.onPickup?.(pickup),
      onForwarding: (forwarding) => tell.current.onForwarding?.(forwarding),
      onHistory: (state) => tell.current.onHistory?.(state),
      onParking: (parking) => tell.current.onParking?.(parking),
      onSession: (change) => {
        const { signal } = stop;
        void tell.current.onSession(change).then((isRenewed) => {
          if (isRenewed && !signal.aborted) open();
        });
      },
    };
    const open = () => {
      stop.abort();
      stop = new AbortController();
      void follow(listener, stop.signal);
    };
    open();
    return () => {
      stop.abort();
      live.stop();
    };
  }, [follow, isLive, live]);
  return useSyncExternalStore(live.watch, live.current);
}
