// SPDX-License-Identifier: Apache-2.0
import type { CallRecord } from '@dering/api/types';
import type { Call, Ended } from '@dering/sip/state';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { CallPage, type Tune } from '../call/call_page';
import { activeCall } from '../call/call_text';
import { OutcomeCard } from '../call/outcome_card';
import { PersonPage, type Shown } from '../people/person_page';
import { MissedCard } from '../recent/missed_card';
import { Icon } from '../shared/icon';
import { echoNumber } from '../shared/service_numbers';
import { FirstVisit } from '../welcome/first_visit';
import classes from './right_pane.module.css';

interface Properties {
  readonly call: Call | null;
  readonly over: Ended | null;
  readonly person: Shown | undefined;
  readonly isSelf: boolean;
  readonly canCall: boolean;
  readonly showsWelcome: boolean;
  readonly keypadOpen: boolean;
  readonly tune: Tune;
  /** The missed calls that nobody has seen yet, and how many they are. */
  readonly missed: readonly CallRecord[];
  readonly unseen: number;
  readonly onSeen: () => void;
  readonly onOpen: (number: string) => void;
  readonly onKey: (key: string) => void;
  readonly onDial: (number: string, name?: string) => void;
  readonly onWelcomed: () => void;
  readonly onBack: () => void;
  /** The settings while they are open, in place of all else. */
  readonly children: ReactNode;
}

/** What became of the last call, and below it the chosen person, the call, or what to do next. */
export function RightPane(properties: Properties) {
  const { call, over, person, canCall, missed, onDial, onBack, children } = properties;
  const { t } = useTranslation();
  const isOpen = children !== false && children !== null;
  // In a call it would be in the way; who gave up waiting meanwhile has a card of their own.
  const listsMissed = missed.length > 0 && call === null && !isOpen;
  return (
    <div className={classes.pane}>
      <button type="button" className={classes.back} onClick={onBack} data-testid="back">
        <Icon name="back" />
        {t('people.back')}
      </button>
      {over !== null && !(over.outcome === 'missed' && listsMissed) && (
        <OutcomeCard call={over} canCall={canCall} />
      )}
      {listsMissed && (
        <MissedCard
          calls={missed}
          count={properties.unseen}
          canCall={canCall}
          onOpen={properties.onOpen}
          onCall={onDial}
          onSeen={properties.onSeen}
        />
      )}
      {isOpen ? (
        children
      ) : (
        <div className={classes.rest}>
          {person === undefined ? (
            <Rest {...properties} />
          ) : (
            <PersonPage
              person={person}
              isSelf={properties.isSelf}
              canCall={canCall}
              isTalking={call?.kind === 'talking'}
              onCall={({ extension, name }) => onDial(extension, name)}
            />
          )}
        </div>
      )}
    </div>
  );
}

/** The right side when nobody is chosen. */
function Rest({ call, showsWelcome, canCall, onDial, onWelcomed, ...rest }: Properties) {
  const { keypadOpen, onKey, tune } = rest;
  const active = activeCall(call);
  if (active !== null) {
    return <CallPage call={active} keypadOpen={keypadOpen} onKey={onKey} tune={tune} />;
  }
  if (!showsWelcome) return <Hint />;
  return <FirstVisit canCall={canCall} onEcho={() => onDial(echoNumber)} onDone={onWelcomed} />;
}

function Hint() {
  const { t } = useTranslation();
  return (
    <div className={classes.hint}>
      <span className={classes.hintIcon}>
        <Icon name="phone" size={36} />
      </span>
      <h1>{t('people.hintTitle')}</h1>
      <p>{t('people.hint')}</p>
    </div>
  );
}
