// SPDX-License-Identifier: Apache-2.0
import { useSyncExternalStore } from 'react';
import type { Watched } from './watched';

/** The value now; the component draws again when it changes. */
export function useWatched<T>(watched: Watched<T>): T {
  return useSyncExternalStore(watched.watch, watched.current);
}
