// SPDX-License-Identifier: Apache-2.0
import type { Handset } from '@dering/sip/handset';
import { isHeldByUs, type Call } from '@dering/sip/state';
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { activeCall, stateText } from '../call/call_text';
import { nameOf } from '../call/name_of';
import framed from '../shared/framed.module.css';
import classes from './remote_page.module.css';

/** The call that asks for something, and what can be done from afar. */
export function RemoteCall({ call, handset }: { readonly call: Call; readonly handset: Handset }) {
  const { t } = useTranslation();
  const active = activeCall(call);
  return (
    <section aria-live="polite" data-testid="remote-call" data-state={call.kind}>
      <h1 className={framed.title}>
        <bdi>{nameOf(call.party, t)}</bdi>
      </h1>
      <p className={framed.hint}>{active === null ? t('incoming.label') : stateText(active, t)}</p>
      <div className={classes.row}>
        {call.kind === 'ringing-in' && (
          <>
            <Button onClick={() => void handset.answer()} data-testid="remote-answer">
              {t('incoming.answer')}
            </Button>
            <Button color="red" onClick={() => handset.decline()} data-testid="remote-decline">
              {t('incoming.decline')}
            </Button>
          </>
        )}
        {call.kind === 'talking' && (
          <>
            <Button
              variant="default"
              onClick={() => handset.toggleMute()}
              data-testid="remote-mute"
            >
              {t(call.muted ? 'call.unmute' : 'call.mute')}
            </Button>
            <Button variant="default" onClick={() => handset.toggleHold()}>
              {t(isHeldByUs(call) ? 'call.resume' : 'call.hold')}
            </Button>
          </>
        )}
        {call.kind !== 'ringing-in' && (
          <Button color="red" onClick={() => handset.hangUp()} data-testid="remote-hang-up">
            {t('call.hangUp')}
          </Button>
        )}
      </div>
    </section>
  );
}
