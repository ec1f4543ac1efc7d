// SPDX-License-Identifier: Apache-2.0
import { useCallback, useEffect, useRef } from 'react';

/** A function that never changes and always does what the newest one does. */
export function useLatest<A extends unknown[]>(
  run: (...values: A) => void,
): (...values: A) => void {
  const latest = useRef(run);
  useEffect(() => {
    latest.current = run;
  });
  return useCallback((...values: A) => latest.current(...values), []);
}
