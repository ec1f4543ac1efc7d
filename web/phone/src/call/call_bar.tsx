// SPDX-License-Identifier: Apache-2.0
import { isUnderWay } from '@dering/sip/joining';
import { useTranslation } from 'react-i18next';
import { Avatar } from '../shared/avatar';
import { Icon } from '../shared/icon';
import { isServiceNumber } from '../shared/service_numbers';
import classes from './call_bar.module.css';
import { CallControls } from './call_controls';
import { CallState } from './call_state';
import type { ActiveCall } from './call_text';
import { nameOf } from './name_of';

interface Properties {
  readonly call: ActiveCall;
  /** The page of the call is in sight, and says who and how long. */
  readonly isBelowPage: boolean;
  readonly keypadOpen: boolean;
  readonly onKeypad: () => void;
  /** Not there while whom the call is with cannot be sent on. */
  readonly onTransfer: (() => void) | undefined;
  readonly onShow: () => void;
}

/** The things one does in a call, at the foot of every page; away from its own also who and how long. */
export function CallBar({ call, isBelowPage, onShow, ...controls }: Properties) {
  const { t } = useTranslation();
  const name = nameOf(call.party, t);
  return (
    <section
      className={classes.bar}
      data-shape={isBelowPage ? 'page' : 'bar'}
      aria-label={t('call.bar')}
      data-testid="call-bar"
    >
      {!isBelowPage && (
        <button
          type="button"
          className={classes.who}
          onClick={onShow}
          title={t('call.show')}
          data-testid="show-call"
        >
          <Avatar name={name} />
          <span className={classes.texts}>
            <span className={classes.name}>{name}</span>
            <span className={classes.state} data-stage={call.stage}>
              <CallState call={call} />
              <Lock call={call} />
            </span>
          </span>
        </button>
      )}
      <CallControls call={call} {...controls} />
    </section>
  );
}

function Lock({ call }: Pick<Properties, 'call'>) {
  const { t } = useTranslation();
  const isSealed = call.reach.kind === 'sealed' && !isServiceNumber(call.party.number);
  if (call.kind !== 'talking' || call.seal === null || !isSealed || isUnderWay(call)) return null;
  return (
    <span className={classes.lock} title={t('seal.title')}>
      <Icon name="lock" size={15} />
      <span className="visually-hidden">{t('seal.title')}</span>
    </span>
  );
}
