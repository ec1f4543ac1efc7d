// SPDX-License-Identifier: Apache-2.0
import type { Talking } from '@dering/sip/state';
import { isWeak } from '@dering/sip/quality';
import { isUnderWay } from '@dering/sip/joining';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './quality_bars.module.css';

/** Milliseconds of a conversation after which a line that nobody found weak was measured and is well. */
const judged = 10_000;
const bars = [1, 2, 3];

/** How well the sound gets through, in bars and in words; nothing before it was measured. */
export function QualityBars({ call }: { readonly call: Talking }) {
  const { t } = useTranslation();
  const isJudged = useIsJudged(call.since);
  const isSounding = call.stage === 'connected' && call.hold === 'nobody' && call.away === 'no';
  const { weakness } = call;
  if (!isSounding || isUnderWay(call) || (weakness === 'none' && !isJudged)) return null;
  const level = isWeak(weakness) ? 1 : weakness === 'slight' ? 2 : 3;
  return (
    <span className={classes.quality} data-level={level} data-testid="quality">
      <span className={classes.bars} aria-hidden="true">
        {bars.map((bar) => (
          <span key={bar} data-full={bar <= level || undefined} />
        ))}
      </span>
      {isWeak(weakness) ? (
        <span data-testid="weak">{t(`call.weak.${weakness}`)}</span>
      ) : (
        t(weakness === 'slight' ? 'call.fairLine' : 'call.goodLine')
      )}
    </span>
  );
}

function useIsJudged(since: number): boolean {
  const [judgedSince, setJudged] = useState<number | null>(null);
  useEffect(() => {
    const left = since + judged - performance.now();
    const timer = setTimeout(() => setJudged(since), Math.max(0, left));
    return () => clearTimeout(timer);
  }, [since]);
  return judgedSince === since;
}
