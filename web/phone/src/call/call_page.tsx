// SPDX-License-Identifier: Apache-2.0
import { isHeldByThem, isHeldByUs, isServedATune, type Talking } from '@dering/sip/state';
import { isConsultation, isUnderWay } from '@dering/sip/joining';
import { Button } from '@mantine/core';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Avatar } from '../shared/avatar';
import { Icon, type IconName } from '../shared/icon';
import { Keys } from '../shared/keys';
import { echoNumber } from '../shared/service_numbers';
import { useLostFocus } from '../shared/use_lost_focus';
import { isWithheld } from '../shared/withheld';
import { EchoWords } from '../sound/echo_words';
import classes from './call_page.module.css';
import { CallState } from './call_state';
import { awayText, sentByText, type ActiveCall } from './call_text';
import { nameOf } from './name_of';
import { pictureTroubleText, theirPictureText } from './picture_text';
import { QualityBars } from './quality_bars';
import { SealCard } from './seal_card';
import { hasStage, HidePicture, Stage } from './stage';
import { usePhone, useTelephone } from './telephone_context';
import { TransferNote } from './transfer_note';

/** The page's own tune for whoever is put on hold, which a person may not want. */
export interface Tune {
  readonly isOn: boolean;
  readonly toggle: () => void;
}

interface Properties {
  readonly call: ActiveCall;
  readonly keypadOpen: boolean;
  readonly onKey: (key: string) => void;
  readonly tune: Tune;
}

/** The call in the large: the person, the state, and whether anybody can listen. */
export function CallPage({ call, keypadOpen, onKey, tune }: Properties) {
  const { t } = useTranslation();
  const { number } = call.party;
  const name = nameOf(call.party, t);
  const talking = call.kind === 'talking';
  const showsKeypad = talking && keypadOpen && !isUnderWay(call);
  const isAlone = isUnderWay(call);
  const showsPictures = talking && !isAlone && hasStage(call);
  return (
    <section
      className={classes.page}
      data-keypad={showsKeypad || undefined}
      data-pictures={showsPictures || undefined}
      aria-labelledby="call-name"
      data-testid="call-page"
    >
      {!showsPictures && (
        <Avatar name={name} size={showsKeypad ? 'medium' : 'large'} pulsing={!talking} />
      )}
      <h1 id="call-name" className={classes.name} tabIndex={-1} data-heading>
        {name}
      </h1>
      {name !== number && !isWithheld(number) && <p className={classes.number}>{number}</p>}
      <p className={classes.state} data-stage={call.stage}>
        <CallState call={call} />
      </p>
      {showsPictures && <Stage call={call} />}
      <div className={classes.quality}>{talking && <QualityBars call={call} />}</div>
      {call.stage === 'microphone' && <p className={classes.hint}>{t('call.microphoneHint')}</p>}
      <Asking />
      {talking && <Notes call={call} tune={tune} />}
      {talking && number === echoNumber && !showsKeypad && (
        <div className={classes.hint}>
          <EchoWords />
        </div>
      )}
      {showsKeypad && (
        <>
          <output className={classes.tones} aria-label={t('call.tones')} data-testid="tones">
            {call.tones}
          </output>
          <Keys label={t('call.keypad')} onKey={onKey} />
        </>
      )}
      {talking && !showsKeypad && !isAlone && <SealCard call={call} />}
    </section>
  );
}

/** Whom one asks is in front; for whom, waits. */
function Asking() {
  const { t } = useTranslation();
  const phone = usePhone((whole) => whole);
  const { call, other } = phone;
  if (other === null || !isConsultation(call, other)) return null;
  return <p className={classes.hint}>{t('transfer.asking', { name: nameOf(other.party, t) })}</p>;
}

/** What the person must know of a conversation, besides how long it lasts. */
function Notes({ call, tune }: { readonly call: Talking; readonly tune: Tune }) {
  const { t } = useTranslation();
  const link = usePhone((phone) => phone.link);
  const isRestored = link !== 'ready' && link !== 'signedOut';
  const name = nameOf(call.party, t);
  if (isUnderWay(call)) {
    return (
      <>
        <TransferNote call={call} />
        <p className={classes.hint}>{t('transfer.leaveHint')}</p>
      </>
    );
  }
  return (
    <>
      {call.sentBy !== null && (
        <Note icon="transfer" text={sentByText(call.sentBy, t)} testId="sent-by" />
      )}
      <TransferNote call={call} />
      <div className={classes.muted} data-testid="muted">
        {call.muted && <Note icon="microphoneOff" text={t('call.muted')} isFault />}
      </div>
      <PictureNotes call={call} />
      {isHeldByUs(call) && <Resume />}
      {isHeldByThem(call) && !isHeldByUs(call) && (
        <Note icon="pause" text={t('call.heldBy', { name })} testId="held-by" />
      )}
      {call.away !== 'no' && <Note icon="signal" text={awayText(call, t)} testId="away" isFault />}
      {call.stage === 'asking' && (
        <Note icon="microphone" text={t('call.askingHint')} testId="asking" />
      )}
      {isServedATune(call) && (
        <Button
          variant="subtle"
          leftSection={<Icon name="music" size={18} />}
          onClick={tune.toggle}
          data-testid="tune"
        >
          {tune.isOn ? t('call.tuneOff') : t('call.tuneOn')}
        </Button>
      )}
      {isRestored && <p className={classes.hint}>{t('call.offlineHint')}</p>}
    </>
  );
}

/** Who shows what, and why one's own picture is not shown. */
function PictureNotes({ call }: { readonly call: Talking }) {
  const { t } = useTranslation();
  const telephone = useTelephone();
  const { ours, theirs, trouble } = call.pictures;
  // A face needs no words; of what is on a screen one wants to know whose it is.
  const isShown = theirs === 'screen' && call.hold === 'nobody';
  return (
    <>
      {isShown && (
        <Note
          icon={theirs}
          text={theirPictureText(theirs, nameOf(call.party, t), t)}
          testId="their-picture-note"
        />
      )}
      {ours !== 'none' && <HidePicture call={call} />}
      {trouble !== null && (
        <div className={classes.trouble} data-testid="picture-trouble">
          <Note icon="cameraOff" text={pictureTroubleText(call, t)} isFault />
          <Button variant="subtle" onClick={() => telephone.pictures.dismiss()}>
            {t('picture.read')}
          </Button>
        </div>
      )}
    </>
  );
}

interface NoteProperties {
  readonly icon: IconName;
  readonly text: string;
  readonly isFault?: boolean;
  readonly testId?: string;
}

function Note({ icon, text, isFault = false, testId }: NoteProperties) {
  return (
    <p className={classes.note} data-fault={isFault || undefined} data-testid={testId}>
      <Icon name={icon} size={18} />
      {text}
    </p>
  );
}

/** The next act of whoever holds: it takes the focus where that would be lost. */
function Resume() {
  const { t } = useTranslation();
  const telephone = useTelephone();
  const button = useRef<HTMLButtonElement>(null);
  useLostFocus(button);
  return (
    <Button
      ref={button}
      size="lg"
      radius="xl"
      color="green"
      className={classes.resume ?? ''}
      leftSection={<Icon name="play" />}
      onClick={() => telephone.toggleHold()}
      data-testid="resume"
    >
      {t('call.resume')}
    </Button>
  );
}
