// SPDX-License-Identifier: Apache-2.0
import type { Counts } from '@dering/sip/quality';
import type { TFunction } from 'i18next';
import { createContext, useContext, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ear } from './ear';
import { test, untested, verdictOf, type Verdict } from './echo_verdict';
import classes from './sound.module.css';
import { Watched } from './watched';

/** Counts of the conversation in front; not there in a tab whose telephone is in another one. */
export const MeasureContext = createContext<(() => Promise<Counts | null>) | null>(null);

/** What the last echo test of this page found. */
export const lastVerdict = new Watched<Verdict | null>(null);

const lookMilliseconds = 200;
const looksPerCount = 3;
/** As loud as a word. */
const spokenDecibels = -50;

/** In the echo test: whether we hear you, and how well. */
export function EchoWords() {
  const { t } = useTranslation();
  const measure = useContext(MeasureContext);
  const verdict = useVerdict(measure);
  if (measure === null || verdict === null) return <p>{t('call.echoHint')}</p>;
  return (
    <div className={classes.verdict} role="status" data-testid="echo" data-verdict={verdict.kind}>
      <p className={classes.grade}>{verdictText(verdict, t)}</p>
      {verdict.kind === 'heard' && (
        <p className={classes.numbers} data-testid="echo-numbers">
          {numbersText(verdict, t)}
        </p>
      )}
    </div>
  );
}

/** How well the line did, in one sentence. */
export function verdictText({ kind, grade }: Verdict, t: TFunction): string {
  if (kind === 'waiting') return t('call.echoHint');
  return kind === 'heard' ? t(`sound.heard.${grade}`) : t(`sound.echo.${kind}`);
}

/** What was counted, as far as it is known. */
export function numbersText({ loss, delay, jitter }: Verdict, t: TFunction): string {
  return [
    loss !== null && t('sound.loss', { percent: Math.round(loss * 100) }),
    delay !== null && t('sound.delay', { milliseconds: delay }),
    jitter !== null && t('sound.jitter', { milliseconds: jitter }),
  ]
    .filter(Boolean)
    .join(', ');
}

function useVerdict(measure: (() => Promise<Counts | null>) | null): Verdict | null {
  const [verdict, setVerdict] = useState<Verdict | null>(null);
  const tested = useRef(untested);
  useEffect(() => {
    if (measure === null) return undefined;
    let [looks, isSpoken, isGone]: [number, boolean | null, boolean] = [0, null, false];
    const count = async () => {
      const counts = await measure().catch(() => null);
      if (isGone) return;
      tested.current = test(tested.current, counts, isSpoken);
      const next = verdictOf(tested.current, (looks * lookMilliseconds) / 1000);
      lastVerdict.set(next);
      setVerdict(next);
    };
    const timer = setInterval(() => {
      const level = ear.read();
      if (level !== null) isSpoken = isSpoken === true || level.decibels > spokenDecibels;
      if (++looks % looksPerCount === 0) void count();
    }, lookMilliseconds);
    return () => {
      isGone = true;
      clearInterval(timer);
    };
  }, [measure]);
  return verdict;
}
