// SPDX-License-Identifier: Apache-2.0
import type { CallRecord } from '@dering/api/types';
import type { TFunction } from 'i18next';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { durationText } from '../shared/duration';
import { Icon } from '../shared/icon';
import { dateOf, whenText } from '../shared/moment';
import { echoNumber } from '../shared/service_numbers';
import { isWithheld } from '../shared/withheld';
import classes from './recent.module.css';
import { kindOf, reasonOf } from './record';

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
  readonly calls: readonly CallRecord[];
  readonly canCall: boolean;
  readonly onCall: (number: string, name: string) => void;
}

export function RecentList({ calls, canCall, onCall }: Properties) {
  const { t, i18n } = useTranslation();
  // "Today" is judged when the list is opened: rendering reads no clock.
  const [now] = useState(() => new Date());
  if (calls.length === 0) return <p className={classes.note}>{t('recent.empty')}</p>;
  return (
    <ul className={classes.rows} aria-label={t('recent.title')} data-testid="recent">
      {calls.map((call) => {
        const kind = kindOf(call);
        const name = peerText(call, t);
        return (
          <li key={call.id} className={classes.row}>
            <span className={classes.icon} data-kind={kind}>
              <Icon name={call.direction === 'in' ? 'incoming' : 'outgoing'} size={18} />
            </span>
            <span className={classes.texts}>
              <span className={classes.name} data-kind={kind}>
                {name}
              </span>
              <span className={classes.when}>
                {whatText(call, t)} · {whenText(dateOf(call.started_at), now, i18n.language)}
                {call.duration_ms > 0 && ` · ${durationText(call.duration_ms)}`}
              </span>
            </span>
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
          </li>
        );
      })}
    </ul>
  );
}
