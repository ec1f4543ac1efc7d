// SPDX-License-Identifier: Apache-2.0
import type { CallRecord } from '@dering/api/types';
import { Button } from '@mantine/core';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from '../shared/icon';
import { dateOf, whenText } from '../shared/moment';
import { useLostFocus } from '../shared/use_lost_focus';
import { isWithheld } from '../shared/withheld';
import { byPerson, type Group } from './groups';
import classes from './missed_card.module.css';
import list from './recent.module.css';
import { numberOf } from './record';
import { missedTitle, peerText, whatText } from './record_text';

interface Properties {
  /** The missed calls that nobody has seen yet, the latest first. */
  readonly calls: readonly CallRecord[];
  /** How many there are; the latest of them are in `calls`. */
  readonly count: number;
  readonly canCall: boolean;
  readonly onOpen: (number: string) => void;
  readonly onCall: (number: string, name: string) => void;
  /** All of them have been seen. */
  readonly onSeen: () => void;
}

/** Who called in vain since the person looked last, each with one click to call back. */
export function MissedCard({ calls, count, canCall, onOpen, onCall, onSeen }: Properties) {
  const { t } = useTranslation();
  const people = byPerson(calls);
  const close = useRef<HTMLButtonElement>(null);
  useLostFocus(close);
  const callBack = (number: string, name: string) => {
    // Who calls the only one back has seen it.
    if (people.length === 1) onSeen();
    onCall(number, name);
  };
  return (
    <section className={classes.card} aria-labelledby="missed-title" data-testid="missed">
      <header className={classes.head}>
        <span className={list.icon} data-kind="missed">
          <Icon name="incoming" />
        </span>
        <h2 id="missed-title" className={classes.title} data-testid="missed-title">
          {missedTitle(count, t)}
        </h2>
        <Button
          ref={close}
          variant="subtle"
          color="gray"
          onClick={onSeen}
          data-testid="missed-close"
        >
          {t('missed.seen')}
        </Button>
      </header>
      <ul className={classes.rows}>
        {people.map((group) => (
          <Row
            key={group.calls.at(-1)?.id}
            group={group}
            canCall={canCall}
            onOpen={onOpen}
            onCall={callBack}
          />
        ))}
      </ul>
      {count > calls.length && <p className={classes.rest}>{t('missed.more')}</p>}
    </section>
  );
}

interface RowProperties extends Pick<Properties, 'canCall' | 'onOpen' | 'onCall'> {
  readonly group: Group;
}

function Row({ group, canCall, onOpen, onCall }: RowProperties) {
  const { t } = useTranslation();
  const { latest } = group;
  const name = peerText(latest, t);
  const isAnybody = !isWithheld(latest.peer);
  const words = <Words group={group} name={name} />;
  return (
    <li className={classes.row} data-testid="missed-row">
      {isAnybody ? (
        <button type="button" className={classes.open} onClick={() => onOpen(numberOf(latest))}>
          {words}
        </button>
      ) : (
        <span className={classes.open}>{words}</span>
      )}
      {isAnybody && (
        <Button
          variant="light"
          className={classes.callBack ?? ''}
          leftSection={<Icon name="phone" size={18} />}
          disabled={!canCall}
          aria-label={t('missed.callBack', { name })}
          onClick={() => onCall(numberOf(latest), latest.peer_name)}
          data-testid={`call-back-${latest.peer}`}
        >
          {t('outcome.back')}
        </Button>
      )}
    </li>
  );
}

function Words({ group, name }: { readonly group: Group; readonly name: string }) {
  const { t, i18n } = useTranslation();
  // Of when it came, judged when the card is drawn first.
  const [now] = useState(() => new Date());
  const { latest, calls } = group;
  return (
    <>
      <span className={classes.name}>
        <bdi>{name}</bdi>
        {calls.length > 1 && (
          <span className={classes.count}> {t('recent.times', { count: calls.length })}</span>
        )}
      </span>
      <span className={classes.when}>
        {whatText(latest, t)} · {whenText(dateOf(latest.started_at), now, i18n.language)}
      </span>
    </>
  );
}
