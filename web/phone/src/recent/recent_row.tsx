// SPDX-License-Identifier: Apache-2.0
import type { CallRecord } from '@dering/api/types';
import type { TFunction } from 'i18next';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { durationText } from '../shared/duration';
import { Icon } from '../shared/icon';
import { dateOf, whenText } from '../shared/moment';
import { echoNumber } from '../shared/service_numbers';
import { isWithheld } from '../shared/withheld';
import classes from './recent.module.css';
import { kindOf, reasonOf } from './record';
import { storyOf, type Happening } from './story';

/** "Outgoing", "Busy", "Missed", "Incoming, connection lost": what became of it, in few words. */
function whatText(call: CallRecord, t: TFunction): string {
  const { forwarded_by: by, forwarded_to: to, outcome } = call;
  const named = outcome === 'forwarded' ? to : by;
  if (named) {
    const key = outcome === 'forwarded' ? 'recent.forwardedTo' : 'recent.forwardedBy';
    return t(key, { what: t(`recent.${kindOf(call)}`), name: named.name || named.extension });
  }
  const reason = reasonOf(call);
  return reason === null ? t(`recent.${kindOf(call)}`) : t(reason);
}

function peerText({ peer, peer_name: name }: CallRecord, t: TFunction): string {
  if (peer === echoNumber) return t('call.echoName');
  return isWithheld(peer) ? t('call.withheld') : name || peer;
}

interface Properties {
  readonly call: CallRecord;
  /** The extension of who looks at it. */
  readonly own: string;
  readonly now: Date;
  readonly canCall: boolean;
  readonly onCall: (number: string, name: string) => void;
}

/** One call; a click on its words tells who took part, where that is more than its two people. */
export function RecentRow({ call, own, now, canCall, onCall }: Properties) {
  const { t } = useTranslation();
  const [isOpen, setIsOpen] = useState(false);
  const region = useId();
  const kind = kindOf(call);
  const name = peerText(call, t);
  const story = storyOf(call, own, t);
  const words = <Words call={call} name={name} now={now} />;
  return (
    <li className={classes.item}>
      <div className={classes.row}>
        <span className={classes.icon} data-kind={kind}>
          <Icon name={call.direction === 'in' ? 'incoming' : 'outgoing'} size={18} />
        </span>
        {story.length < 2 ? (
          <span className={classes.texts}>{words}</span>
        ) : (
          <button
            type="button"
            className={classes.details}
            aria-expanded={isOpen}
            aria-controls={region}
            onClick={() => setIsOpen(!isOpen)}
            data-testid="details"
          >
            <span className={classes.texts}>{words}</span>
            <Icon name="down" size={16} />
          </button>
        )}
        {!isWithheld(call.peer) && (
          <button
            type="button"
            className={classes.call}
            aria-label={t('people.callPerson', { name })}
            disabled={!canCall}
            onClick={() => onCall(call.peer, call.peer_name)}
          >
            <Icon name="phone" size={18} />
          </button>
        )}
      </div>
      {isOpen && <Story id={region} story={story} now={now} name={name} />}
    </li>
  );
}

function Words({ call, name, now }: Pick<Properties, 'call' | 'now'> & { readonly name: string }) {
  const { t, i18n } = useTranslation();
  return (
    <>
      <span className={classes.name} data-kind={kindOf(call)}>
        {name}
      </span>
      <span className={classes.when}>
        {whatText(call, t)} · {whenText(dateOf(call.started_at), now, i18n.language)}
        {call.duration_ms > 0 && ` · ${durationText(call.duration_ms)}`}
      </span>
    </>
  );
}

interface StoryProperties {
  readonly id: string;
  readonly story: readonly Happening[];
  readonly now: Date;
  readonly name: string;
}

function Story({ id, story, now, name }: StoryProperties) {
  const { t, i18n } = useTranslation();
  return (
    <ol
      id={id}
      className={classes.story}
      aria-label={t('recent.story.title', { name })}
      data-testid="story"
    >
      {story.map(({ at, text }) => (
        <li key={`${at} ${text}`}>
          <span className={classes.time}>{whenText(dateOf(at), now, i18n.language)}</span>
          <span>{text}</span>
        </li>
      ))}
    </ol>
  );
}
