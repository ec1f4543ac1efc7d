// SPDX-License-Identifier: Apache-2.0
import { useTranslation } from 'react-i18next';
import { Avatar } from '../shared/avatar';
import { Icon } from '../shared/icon';
import { Keys } from '../shared/keys';
import { echoNumber, isServiceNumber } from '../shared/service_numbers';
import classes from './call_page.module.css';
import { nameOf, stateText, type ActiveCall } from './call_text';
import { SealCard } from './seal_card';
import { usePhone } from './telephone_context';
import { Timer } from './timer';

interface Properties {
  readonly call: ActiveCall;
  readonly keypadOpen: boolean;
  readonly onKey: (key: string) => void;
}

/** The call in the large: the person, the state, and whether anybody can listen. */
export function CallPage({ call, keypadOpen, onKey }: Properties) {
  const { t } = useTranslation();
  const link = usePhone((phone) => phone.link);
  const name = nameOf(call.party, t);
  const talking = call.kind === 'talking';
  const isRestored = link !== 'ready' && link !== 'signedOut';
  const showsKeypad = talking && keypadOpen;
  return (
    <section className={classes.page} aria-labelledby="call-name" data-testid="call-page">
      <Avatar name={name} size={showsKeypad ? 'medium' : 'large'} pulsing={!talking} />
      <h1 id="call-name" className={classes.name}>
        {name}
      </h1>
      {name !== call.party.number && <p className={classes.number}>{call.party.number}</p>}
      <p className={classes.state} data-stage={call.stage}>
        {talking && call.stage === 'connected' ? <Timer since={call.since} /> : stateText(call, t)}
      </p>
      {talking && call.muted && (
        <p className={classes.muted}>
          <Icon name="microphoneOff" size={18} />
          {t('call.muted')}
        </p>
      )}
      {call.stage === 'microphone' && <p className={classes.hint}>{t('call.microphoneHint')}</p>}
      {talking && isRestored && <p className={classes.hint}>{t('call.offlineHint')}</p>}
      {talking && call.party.number === echoNumber && !showsKeypad && (
        <p className={classes.hint}>{t('call.echoHint')}</p>
      )}
      {showsKeypad && (
        <>
          <output className={classes.tones} aria-label={t('call.tones')} data-testid="tones">
            {call.tones}
          </output>
          <Keys label={t('call.keypad')} onKey={onKey} />
        </>
      )}
      {talking && !showsKeypad && (
        <SealCard seal={call.seal} toServer={isServiceNumber(call.party.number)} />
      )}
    </section>
  );
}
