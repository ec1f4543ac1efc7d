// SPDX-License-Identifier: Apache-2.0
import { isHeldByUs } from '@dering/sip/state';
import { canShow, isUnderWay, whyNoPicture } from '@dering/sip/joining';
import type { Shown } from '@dering/sip/picture';
import { Menu, Tooltip } from '@mantine/core';
import { useRef, type ComponentProps, type Ref } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon, type IconName } from '../shared/icon';
import { useLostFocus } from '../shared/use_lost_focus';
import classes from './call_controls.module.css';
import type { ActiveCall } from './call_text';
import { canShareScreen } from './open_picture';
import { troubleText } from './picture_text';
import { usePhone, useTelephone } from './telephone_context';
import { toggleCamera } from './toggle_camera';

interface Properties {
  readonly call: ActiveCall;
  readonly keypadOpen: boolean;
  readonly onKeypad: () => void;
  /** Not there while whom the call is with cannot be sent on. */
  readonly onTransfer: (() => void) | undefined;
}

/** The things one does in a call, as one row of round buttons. */
export function CallControls({ call, keypadOpen, onKeypad, onTransfer }: Properties) {
  const { t } = useTranslation();
  const telephone = useTelephone();
  const talking = call.kind === 'talking';
  const muted = talking && call.muted;
  const held = talking && isHeldByUs(call);
  const isIdle = !talking || isUnderWay(call);
  // Who calls may want to give up; who talks does not end it by a key that was meant for an answer.
  const next = useRef<HTMLButtonElement>(null);
  useLostFocus(next);
  return (
    <div className={classes.controls} role="group" aria-label={t('call.controls')}>
      <Control
        ref={talking ? next : undefined}
        icon={muted ? 'microphoneOff' : 'microphone'}
        label={muted ? t('call.unmute') : t('call.mute')}
        shortcut="M"
        aria-pressed={muted}
        disabled={!talking}
        onClick={() => telephone.toggleMute()}
        data-testid="mute"
      />
      <Control
        icon="keypad"
        label={t('call.keypad')}
        shortcut="D"
        aria-pressed={talking && keypadOpen}
        disabled={isIdle}
        onClick={onKeypad}
        data-testid="keypad"
      />
      <Control
        icon={held ? 'play' : 'pause'}
        label={held ? t('call.resume') : t('call.hold')}
        shortcut="H"
        aria-pressed={held}
        disabled={isIdle}
        onClick={() => telephone.toggleHold()}
        data-testid="hold"
      />
      <Control
        icon="transfer"
        label={t('transfer.action')}
        shortcut="T"
        disabled={onTransfer === undefined}
        onClick={onTransfer}
        data-testid="transfer"
      />
      <More call={call} canPark={onTransfer !== undefined} />
      <Control
        ref={talking ? undefined : next}
        icon="hangUp"
        label={t('call.hangUp')}
        shortcut="Ctrl Shift L"
        kind="end"
        onClick={() => telephone.hangUp()}
        data-testid="hang-up"
      />
    </div>
  );
}

interface MoreProperties {
  readonly call: ActiveCall;
  readonly canPark: boolean;
}

/** What is done more rarely. */
function More({ call, canPark }: MoreProperties) {
  const { t } = useTranslation();
  const telephone = useTelephone();
  const showsPictures = usePhone(canShow) && telephone.pictures.isHere;
  const why = usePhone(whyNoPicture);
  return (
    <Menu position="top" withInitialFocusPlaceholder={false} withinPortal={false} shadow="md">
      <Menu.Target>
        <Control
          icon="more"
          label={t('call.more')}
          disabled={!canPark && !showsPictures}
          data-testid="more"
        />
      </Menu.Target>
      <Menu.Dropdown>
        {why !== null && call.kind === 'talking' && (
          <Menu.Label className={classes.why ?? ''} data-testid="no-picture">
            {troubleText(call, why, t)}
          </Menu.Label>
        )}
        {showsPictures && call.kind === 'talking' && <PictureItems ours={call.pictures.ours} />}
        {canPark && (
          <Menu.Item
            leftSection={<Icon name="park" size={18} />}
            onClick={() => telephone.transfers.park()}
            data-testid="park"
          >
            {t('parking.action')}
            <span className={classes.hint}>{t('parking.hint')}</span>
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}

/** Drawn only where the other side is a browser too: the server passes no picture on that it could see. */
function PictureItems({ ours }: { readonly ours: Shown }) {
  const { t } = useTranslation();
  const { pictures } = useTelephone();
  return (
    <>
      <Menu.Item
        leftSection={<Icon name={ours === 'camera' ? 'cameraOff' : 'camera'} size={18} />}
        onClick={() => toggleCamera(pictures, ours)}
        data-testid="camera"
      >
        {t(ours === 'camera' ? 'picture.hide.camera' : 'picture.show.camera')}
        <span className={classes.hint}>{t('picture.show.cameraHint')}</span>
      </Menu.Item>
      {canShareScreen() && (
        <Menu.Item
          leftSection={<Icon name="screen" size={18} />}
          onClick={() => void (ours === 'screen' ? pictures.hide() : pictures.show('screen'))}
          data-testid="screen"
        >
          {t(ours === 'screen' ? 'picture.hide.screen' : 'picture.show.screen')}
          <span className={classes.hint}>{t('picture.show.screenHint')}</span>
        </Menu.Item>
      )}
    </>
  );
}

interface ControlProperties extends ComponentProps<'button'> {
  readonly ref?: Ref<HTMLButtonElement> | undefined;
  readonly icon: IconName;
  readonly label: string;
  /** Not of one that sends somebody away: no key shall do that by itself. */
  readonly shortcut?: string;
  readonly kind?: 'end';
}

function Control({ icon, label, shortcut, kind, ...button }: ControlProperties) {
  const control = (
    <button
      type="button"
      {...button}
      className={classes.control}
      aria-keyshortcuts={shortcut?.replaceAll('Ctrl', 'Control').replaceAll(' ', '+')}
      data-kind={kind}
    >
      <span className={classes.round}>
        <Icon name={icon} size={24} />
      </span>
      <span className={classes.label}>{label}</span>
    </button>
  );
  if (shortcut === undefined) return control;
  return (
    <Tooltip label={`${label} (${shortcut})`} openDelay={400}>
      {control}
    </Tooltip>
  );
}
