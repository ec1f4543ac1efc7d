// SPDX-License-Identifier: Apache-2.0
import { useEffect } from 'react';

/** While somebody talks or calls, the browser asks before Back, a reload or a closed tab ends it. */
export function useLeaveGuard(isCalling: boolean): void {
  useEffect(() => {
    if (!isCalling) return undefined;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [isCalling]);
}
