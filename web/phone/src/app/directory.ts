// SPDX-License-Identifier: Apache-2.0
import type { Api } from '@dering/api/client';
import { followEvents } from '@dering/api/event_stream';
import type { SessionChange } from '@dering/api/types';
import { useEffect, useMemo, useSyncExternalStore } from 'react';
import { useLatest } from '../shared/use_latest';
import { LiveDirectory, type Shown } from './live_directory';

interface Properties {
  readonly api: Api;
  readonly isLive: boolean;
  readonly onSession: (change: SessionChange) => void;
}

/** Everybody, live; and what the same stream says about this sign-in. */
export function useDirectory({ api, isLive, onSession }: Properties): Shown {
  const live = useMemo(() => new LiveDirectory(api.directory), [api]);
  const tell = useLatest(onSession);
  useEffect(() => {
    if (!isLive) return undefined;
    const stop = new AbortController();
    void followEvents(
      api,
      {
        onReady: live.load,
        onPerson: (person) => live.change({ kind: 'person', person }),
        onPersonGone: ({ extension }) => live.change({ kind: 'gone', extension }),
        onPresence: (change) => live.change({ kind: 'presence', ...change }),
        onSession: tell,
      },
      stop.signal,
    );
    return () => {
      stop.abort();
      live.stop();
    };
  }, [api, isLive, live, tell]);
  return useSyncExternalStore(live.watch, live.current);
}
