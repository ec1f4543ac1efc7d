// SPDX-License-Identifier: Apache-2.0

/** What somebody shows in a call, besides being heard. */
export type Shown = 'none' | 'camera' | 'screen';
export type Showing = Exclude<Shown, 'none'>;

/**
 * Why this page shows nothing, though its person wanted to: `denied`, `missing`, `taken`: the browser
 * gives no camera; `cancelled`: no screen was chosen; `unshown`: the other side's phone cannot show
 * it; `served`: the server hears the call, and passes no picture on; `ended`: whoever is there now cannot;
 * `reloaded`: the page that showed it is another one now.
 */
export const pictureTroubles = [
  'denied',
  'missing',
  'taken',
  'cancelled',
  'unshown',
  'served',
  'ended',
  'reloaded',
] as const;
export type PictureTrouble = (typeof pictureTroubles)[number];

/** Who shows what in a conversation. */
export interface Pictures {
  readonly ours: Shown;
  readonly theirs: Shown;
  readonly trouble: PictureTrouble | null;
}

export const noPictures: Pictures = { ours: 'none', theirs: 'none', trouble: null };

/** What this page shows, as a line sends it. */
export interface OwnPicture {
  readonly shown: Showing;
  readonly track: MediaStreamTrack;
}

/** What getUserMedia() and getDisplayMedia() throw, in words. */
export function pictureTroubleOf(wanted: Showing, error: unknown): PictureTrouble {
  const name = error instanceof DOMException ? error.name : '';
  if (wanted === 'screen') return 'cancelled';
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'denied';
  return name === 'NotReadableError' || name === 'AbortError' ? 'taken' : 'missing';
}
