// SPDX-License-Identifier: Apache-2.0
import type { CallRecord } from '@dering/api/types';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { durationText } from '../shared/duration';
import { Icon } from '../shared/icon';
import { dateOf, timeText } from '../shared/moment';
import { isWithheld } from '../shared/withheld';
import type { Group } from './groups';
import classes from './recent.module.css';
import { isNew, kindOf, numberOf } from './record';
import { peerText, whatText } from './record_text';
import { storyOf } from './story';

interface Properties {
  readonly group: Group;
  /** The extension of who looks at it. */
  readonly own: string;
  readonly now: Date;
  readonly seenUntil: string;
  readonly canCall: boolean;
  readonly onOpen: (number: string) => void;
  readonly onCall: (number: string, name: string) => void;
}

/**
 * The calls with one person on one day. The row opens that person; the arrow beside it tells of each
 * call, and who took part where that is more than its two people.
 */
export function RecentRow({ group, own, seenUntil, canCall, onOpen, onCall }: Properties) {
  const { t } = useTranslation();
  const [isOpen, setIsOpen] = useState(false);
  const region = useId();
  const { latest, calls } = group;
  const name = peerText(latest, t);
  const isAnybody = !isWithheld(latest.peer);
  const hasMore = calls.length > 1 || storyOf(latest, own, t).length > 1;
  const words = <Words group={group} name={name} seenUntil={seenUntil} />;
  return (
    <li className={classes.item} data-testid="recent-row">
      <div className={classes.row}>
        {isAnybody ? (
          <button
            type="button"
            className={classes.open}
            onClick={() => onOpen(numberOf(latest))}
            data-testid="recent-open"
          >
            {words}
          </button>
        ) : (
          <span className={classes.open}>{words}</span>
        )}
        {hasMore && (
          <button
            type="button"
            className={classes.more}
            aria-label={t('recent.details', { name })}
            aria-expanded={isOpen}
            aria-controls={isOpen ? region : undefined}
            onClick={() => setIsOpen(!isOpen)}
            data-testid="details"
          >
            <Icon name="down" size={16} />
          </button>
        )}
        {isAnybody && (
          <button
            type="button"
            className={classes.call}
            aria-label={t('people.callPerson', { name })}
            disabled={!canCall}
            onClick={() => onCall(numberOf(latest), latest.peer_name)}
            data-testid="recent-call"
          >
            <Icon name="phone" size={18} />
          </button>
        )}
      </div>
      {isOpen && (
        <div id={region} className={classes.parts}>
          {calls.map((call) => (
            <Part key={call.id} call={call} own={own} name={name} isAlone={calls.length === 1} />
          ))}
        </div>
      )}
    </li>
  );
}

function Words({ group, name, seenUntil }: Pick<Properties, 'group' | 'seenUntil'> & Named) {
  const { t, i18n } = useTranslation();
  const { latest, calls } = group;
  const kind = kindOf(latest);
  const facts = [timeText(dateOf(latest.started_at), i18n.language), ...factsOf(latest)];
  if (calls.length > 1) facts.push(t('recent.times', { count: calls.length }));
  return (
    <>
      <span className={classes.icon} data-kind={kind}>
        <Icon name={latest.direction === 'in' ? 'incoming' : 'outgoing'} size={18} />
      </span>
      <span className={classes.texts}>
        <span className={classes.name} data-kind={kind}>
          <bdi>{name}</bdi>
          {calls.some((call) => isNew(call, seenUntil)) && (
            <span className={classes.new} data-testid="new">
              {t('recent.new')}
            </span>
          )}
        </span>
        <span className={classes.when}>
          {whatText(latest, t)} · {facts.join(' · ')}
        </span>
      </span>
    </>
  );
}

interface Named {
  readonly name: string;
}

/** One of the calls: when it was, what became of it, and who took part. */
function Part(properties: Named & { call: CallRecord; own: string; isAlone: boolean }) {
  const { call, own, name, isAlone } = properties;
  const { t, i18n } = useTranslation();
  const story = storyOf(call, own, t);
  const at = timeText(dateOf(call.started_at), i18n.language);
  return (
    <>
      {!isAlone && (
        <p className={classes.part} data-testid="part">
          <span className={classes.time}>{at}</span>
          <span>{[whatText(call, t), ...factsOf(call)].join(' · ')}</span>
        </p>
      )}
      {story.length > 1 && (
        <ol
          className={classes.story}
          aria-label={t('recent.story.title', { name })}
          data-testid="story"
        >
          {story.map((happening) => (
            <li key={`${happening.at} ${happening.text}`}>
              <span className={classes.time}>{timeText(dateOf(happening.at), i18n.language)}</span>
              <span>{happening.text}</span>
            </li>
          ))}
        </ol>
      )}
    </>
  );
}

const factsOf = ({ duration_ms: duration }: CallRecord): string[] =>
  duration > 0 ? [durationText(duration)] : [];
