// SPDX-License-Identifier: Apache-2.0
import type { Talking } from '@dering/sip/state';
import { Button } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from '../shared/icon';
import { useLostFocus } from '../shared/use_lost_focus';
import { nameOf } from './name_of';
import { hidePictureText, theirPictureText } from './picture_text';
import classes from './stage.module.css';
import { useTelephone } from './telephone_context';

/** Somebody shows a camera or a screen, and nobody waits. */
export const hasStage = ({ pictures, hold }: Talking): boolean =>
  hold === 'nobody' && (pictures.ours !== 'none' || pictures.theirs !== 'none');

/** What the other side shows in the large, and one's own picture in its corner. */
export function Stage({ call }: { readonly call: Talking }) {
  const { t } = useTranslation();
  const { pictures } = useTelephone();
  const { ours, theirs } = call.pictures;
  const name = nameOf(call.party, t);
  if (!pictures.isHere) return <p className={classes.elsewhere}>{t('picture.elsewhere')}</p>;
  return (
    <div className={classes.stage} data-testid="stage" data-theirs={theirs} data-ours={ours}>
      {theirs !== 'none' && (
        <Picture
          stream={pictures.stream('theirs')}
          label={theirPictureText(theirs, name, t)}
          shape="large"
          testId="their-picture"
        />
      )}
      {ours !== 'none' && (
        <div className={classes.own} data-alone={theirs === 'none' || undefined}>
          <Picture
            stream={pictures.stream('ours')}
            label={t(`picture.own.${ours}`)}
            shape={ours === 'camera' ? 'mirror' : 'plain'}
            testId="own-picture"
          />
        </div>
      )}
    </div>
  );
}

/** Turns one's own picture off, in reach of whoever sees that it is on. */
export function HidePicture({ call }: { readonly call: Talking }) {
  const { t } = useTranslation();
  const telephone = useTelephone();
  const button = useRef<HTMLButtonElement>(null);
  useLostFocus(button);
  return (
    <Button
      ref={button}
      variant="light"
      color="red"
      radius="xl"
      className={classes.hide ?? ''}
      leftSection={<Icon name="cameraOff" size={18} />}
      onClick={() => telephone.pictures.hide()}
      data-testid="hide-picture"
    >
      {hidePictureText(call.pictures.ours, t)}
    </Button>
  );
}

interface PictureProperties {
  readonly stream: MediaStream | null;
  readonly label: string;
  readonly shape: 'large' | 'mirror' | 'plain';
  readonly testId: string;
}

/** Without sound, which comes by another way. */
function Picture({ stream, label, shape, testId }: PictureProperties) {
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    if (video.current !== null) video.current.srcObject = stream;
  }, [stream]);
  return (
    <video
      ref={video}
      className={classes.picture}
      data-shape={shape}
      aria-label={label}
      data-testid={testId}
      autoPlay
      playsInline
      muted
    />
  );
}
