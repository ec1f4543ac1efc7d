// SPDX-License-Identifier: Apache-2.0
import { useCallback, useEffect, useState } from 'react';

/** `refused`: the browser does not let tabs of this page agree who has the telephone. */
export type TabRole = 'unknown' | 'leader' | 'follower' | 'refused';

const ledKey = 'dering.led';
/** A browser that has not answered by then does not. */
const answerMilliseconds = 5_000;

/** A reload gives the lock up for a moment and must not lose it to another tab. */
function ledBeforeReload(): boolean {
  const [navigation] = performance.getEntriesByType('navigation');
  const isReload = (navigation as PerformanceNavigationTiming | undefined)?.type === 'reload';
  return isReload && sessionStorage.getItem(ledKey) !== null;
}

/**
 * One tab of a browser owns the telephone: whoever holds the lock of this name. A follower waits for
 * the lock, so it leads as soon as the leader is closed, or takes it away at the person's wish.
 */
export function useTabRole(name: string): {
  readonly role: TabRole;
  readonly takeOver: () => void;
} {
  const [role, setRole] = useState<TabRole>('unknown');
  const [attempt, setAttempt] = useState(() => ({ steal: ledBeforeReload() }));
  useEffect(() => {
    const stop = new AbortController();
    void lead({ name, steal: attempt.steal, signal: stop.signal, report: setRole });
    return () => stop.abort();
  }, [name, attempt]);
  const takeOver = useCallback(() => setAttempt({ steal: true }), []);
  return { role, takeOver };
}

interface Attempt {
  readonly name: string;
  readonly steal: boolean;
  readonly signal: AbortSignal;
  readonly report: (role: TabRole) => void;
}

/** Asks for the lock, and holds it, until the signal comes. */
async function lead({ name, steal, signal, report }: Attempt): Promise<void> {
  const { locks } = navigator;
  // Without a secure context there are no locks, and no microphone either.
  if (locks === undefined) return report('leader');
  const hold = () => {
    sessionStorage.setItem(ledKey, '1');
    report('leader');
    return new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
  };
  let isStealing = steal;
  try {
    const { held } = await inTime(locks.query());
    if (held?.some((lock) => lock.name === name) === true && !steal) report('follower');
    while (!signal.aborted) {
      // oxlint-disable-next-line no-await-in-loop -- each time the lock is waited for anew
      await locks.request(name, isStealing ? { steal: true } : { signal }, hold).catch(isLost);
      if (signal.aborted) return;
      isStealing = false;
      sessionStorage.removeItem(ledKey);
      report('follower');
    }
  } catch {
    // A SecurityError: in another page's frame, or where a private window keeps nothing.
    if (!signal.aborted) report('refused');
  }
}

/** Another tab has taken the lock away, or this one does not want it any more: no refusal. */
function isLost(error: unknown): void {
  if (!(error instanceof DOMException) || error.name !== 'AbortError') throw error;
}

function inTime<T>(answer: Promise<T>): Promise<T> {
  const late = new Promise<never>((_, reject) => {
    setTimeout(() => reject(new Error('no answer')), answerMilliseconds);
  });
  return Promise.race([answer, late]);
}
