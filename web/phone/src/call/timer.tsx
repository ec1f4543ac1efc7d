// SPDX-License-Identifier: Apache-2.0
import { useEffect, useState } from 'react';
import { durationText } from '../shared/duration';

/** Counts from `since`, milliseconds of performance.now(). Silent for screen readers. */
export function Timer({ since }: { readonly since: number }) {
  const [now, setNow] = useState(() => performance.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(performance.now()), 500);
    return () => clearInterval(timer);
  }, []);
  return (
    <span role="timer" aria-live="off" data-testid="call-timer">
      {durationText(now - since)}
    </span>
  );
}
