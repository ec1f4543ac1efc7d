// SPDX-License-Identifier: Apache-2.0
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Ear } from './ear';
import { shareOf, wordOf } from './level';
import classes from './sound.module.css';

/** Sixteen times a second: smooth, and no burden. */
const everyMilliseconds = 60;
/** A word stays for this long, that it can be read. */
const wordMilliseconds = 600;

/** How loud a microphone is, as a bar and in a word. */
export function LevelMeter({ microphone }: { readonly microphone: MediaStream }) {
  const { t } = useTranslation();
  const bar = useRef<HTMLSpanElement>(null);
  const [seen, setSeen] = useState<{ word: ReturnType<typeof wordOf>; percent: number } | null>(
    null,
  );
  useEffect(() => {
    const ear = new Ear();
    ear.listen(microphone);
    let [loudest, since] = [-Infinity, 0];
    const timer = setInterval(() => {
      const level = ear.read();
      if (level === null) return;
      bar.current?.style.setProperty('transform', `scaleX(${shareOf(level).toFixed(3)})`);
      loudest = Math.max(loudest, level.decibels);
      since += everyMilliseconds;
      if (since < wordMilliseconds) return;
      const told = { decibels: loudest, peak: 0 };
      setSeen({ word: wordOf(told), percent: Math.round(shareOf(told) * 100) });
      [loudest, since] = [-Infinity, 0];
    }, everyMilliseconds);
    return () => {
      clearInterval(timer);
      ear.close();
    };
  }, [microphone]);
  const word = seen === null ? t('sound.level.unknown') : t(`sound.level.${seen.word}`);
  return (
    <div className={classes.meter}>
      <div
        className={classes.track}
        role="meter"
        aria-label={t('sound.level.label')}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={seen?.percent ?? 0}
        aria-valuetext={word}
        data-testid="level"
        data-word={seen?.word}
      >
        <span ref={bar} className={classes.bar} />
      </div>
      <span className={classes.word} aria-hidden="true">
        {word}
      </span>
    </div>
  );
}
