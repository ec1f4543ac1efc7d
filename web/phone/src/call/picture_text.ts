// SPDX-License-Identifier: Apache-2.0
import type { Shown } from '@dering/sip/picture';
import type { Talking } from '@dering/sip/state';
import type { TFunction } from 'i18next';
import { nameOf } from './name_of';

export function theirPictureText(theirs: Shown, name: string, t: TFunction): string {
  return theirs === 'none' ? '' : t(`picture.theirs.${theirs}`, { name });
}

export const hidePictureText = (ours: Shown, t: TFunction): string =>
  t(ours === 'screen' ? 'picture.hide.screen' : 'picture.hide.camera');

/** Why one's own picture is not shown. */
export function pictureTroubleText({ party, pictures }: Talking, t: TFunction): string {
  if (pictures.trouble === null) return '';
  return t(`picture.trouble.${pictures.trouble}`, { name: nameOf(party, t) });
}

/** Who shows what, for whoever does not see it. */
export function pictureTexts(call: Talking, t: TFunction): readonly string[] {
  const { ours, theirs } = call.pictures;
  return [
    theirPictureText(theirs, nameOf(call.party, t), t),
    ours === 'none' ? '' : t(`picture.own.${ours}`),
    pictureTroubleText(call, t),
  ];
}
