// SPDX-License-Identifier: Apache-2.0
import { useCallback, useEffect, useState } from 'react';

export type TabRole = 'unknown' | 'leader' | 'follower';

const lockName = 'dering.telephone';
const ledKey = 'dering.led';

/** A reload gives the lock up for a moment and must not lose it to another tab. */
function ledBeforeReload(): boolean {
  const [navigation] = performance.getEntriesByType('navigation');
  const isReload = (navigation as PerformanceNavigationTiming | undefined)?.type === 'reload';
  return isReload && sessionStorage.getItem(ledKey) !== null;
}

/**
 * One tab of a browser owns the telephone: whoever holds a lock. A follower waits for the lock, so it
 * leads as soon as the leader is closed, or takes it away at the person's wish.
 */
export function useTabRole(): { readonly role: TabRole; readonly takeOver: () => void } {
  const [role, setRole] = useState<TabRole>('unknown');
  const [attempt, setAttempt] = useState(() => ({ steal: ledBeforeReload() }));
  useEffect(() => lead(attempt.steal, setRole), [attempt]);
  const takeOver = useCallback(() => setAttempt({ steal: true }), []);
  return { role, takeOver };
}

/** Asks for the lock until the returned function is called. */
function lead(steal: boolean, report: (role: TabRole) => void): () => void {
  const { locks } = navigator;
  if (locks === undefined) {
    // Without a secure context there are no locks, and no microphone either.
    report('leader');
    return () => {};
  }
  const stop = new AbortController();
  let release = () => {};
  const hold = () => {
    sessionStorage.setItem(ledKey, '1');
    report('leader');
    return new Promise<void>((resolve) => (release = resolve));
  };
  const wait = () => locks.request(lockName, { signal: stop.signal }, hold);
  const lost = () => {
    if (stop.signal.aborted) return;
    sessionStorage.removeItem(ledKey);
    report('follower');
    wait().catch(lost);
  };
  void locks.query().then(({ held }) => {
    if (stop.signal.aborted) return;
    const isTaken = held?.some(({ name }) => name === lockName) === true;
    if (isTaken && !steal) report('follower');
    (steal ? locks.request(lockName, { steal: true }, hold) : wait()).catch(lost);
  });
  return () => {
    stop.abort();
    release();
  };
}
