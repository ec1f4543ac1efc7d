// SPDX-License-Identifier: Apache-2.0
import type { Ended } from '@dering/sip/state';
import { Button } from '@mantine/core';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { durationText } from '../shared/duration';
import { Icon } from '../shared/icon';
import { useLostFocus } from '../shared/use_lost_focus';
import { isWithheld } from '../shared/withheld';
import { outcomeText } from './call_text';
import { nameOf } from './name_of';
import classes from './outcome_card.module.css';
import { useTelephone } from './telephone_context';

/** Ends that somebody wanted; everything else went wrong and is drawn so. */
const peaceful = new Set([
  'answered',
  'cancelled',
  'turned_down',
  'answered_elsewhere',
  'forwarded',
  'transferred',
  'parked',
  'went_on',
]);
/** There is nothing to gain from calling these again. */
const final = new Set([
  'self_call',
  'unknown_number',
  'not_allowed',
  'answered_elsewhere',
  'refused',
  'forwarding_loop',
  'forwarded_nowhere',
  'incomplete_number',
  'parked',
  'nothing_parked',
  'closed',
  'not_yet',
]);

/** What became of the last call, in words, and what to do about it. */
export function OutcomeCard({
  call,
  canCall,
}: {
  readonly call: Ended;
  readonly canCall: boolean;
}) {
  const { t } = useTranslation();
  const telephone = useTelephone();
  const { title, hint } = outcomeText(call, t);
  const isCalm = peaceful.has(call.outcome);
  const isCallable =
    !final.has(call.outcome) && call.transfer?.stage !== 'done' && !isWithheld(call.party.number);
  const next = useRef<HTMLButtonElement>(null);
  useLostFocus(next);
  const isNextAgain = isCallable && canCall && !isCalm;
  return (
    <section
      className={classes.card}
      data-calm={isCalm || undefined}
      aria-labelledby="outcome-title"
      data-testid="outcome"
      data-outcome={call.outcome}
    >
      <span className={classes.icon}>
        <Icon name={isCalm ? 'check' : 'warning'} />
      </span>
      <div className={classes.texts}>
        <p className={classes.who}>{nameOf(call.party, t)}</p>
        <h2 id="outcome-title" className={classes.title} data-testid="outcome-title">
          {title}
        </h2>
        {hint !== '' && <p className={classes.hint}>{hint}</p>}
        {call.duration > 0 && (
          <p className={classes.hint}>
            {t('outcome.duration', { duration: durationText(call.duration) })}
          </p>
        )}
      </div>
      <div className={classes.buttons}>
        {isCallable && (
          <Button
            ref={isNextAgain ? next : undefined}
            variant="light"
            leftSection={<Icon name="phone" size={18} />}
            disabled={!canCall}
            onClick={() => void telephone.call(call.party)}
            data-testid="call-again"
          >
            {call.direction === 'in' ? t('outcome.back') : t('outcome.again')}
          </Button>
        )}
        <Button
          ref={isNextAgain ? undefined : next}
          variant="subtle"
          color="gray"
          onClick={() => telephone.dismiss()}
          data-testid="outcome-close"
        >
          {t('app.close')}
        </Button>
      </div>
    </section>
  );
}
