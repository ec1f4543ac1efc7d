// SPDX-License-Identifier: Apache-2.0
import type { PictureTrouble, Shown } from '@dering/sip/picture';
import type { Talking } from '@dering/sip/state';
import type { TFunction } from 'i18next';
import { nameOf } from './name_of';

export function theirPictureText(theirs: Shown, name: string, t: TFunction): string {
  return theirs === 'none' ? '' : t(`picture.theirs.${theirs}`, { name });
}

export const hidePictureText = (ours: Shown, t: TFunction): string =>
  t(ours === 'screen' ? 'picture.hide.screen' : 'picture.hide.camera');

/** Why one's own picture is not shown. */
export const pictureTroubleText = (call: Talking, t: TFunction): string =>
  troubleText(call, call.pictures.trouble, t);

export const troubleText = (
  { party }: Talking,
  why: PictureTrouble | null,
  t: TFunction,
): string => (why === null ? '' : t(`picture.trouble.${why}`, { name: nameOf(party, t) }));

/** Who shows what, for whoever does not see it. */
export function pictureTexts(call: Talking, t: TFunction): readonly string[] {
  const { ours, theirs } = call.pictures;
  return [
    theirPictureText(theirs, nameOf(call.party, t), t),
    ours === 'none' ? '' : t(`picture.own.${ours}`),
    pictureTroubleText(call, t),
  ];
}
