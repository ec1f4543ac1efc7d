// SPDX-License-Identifier: Apache-2.0
import type { Showing } from '@dering/sip/picture';

/** As much as a line at home carries; who has a better camera is seen no better in a window. */
const camera: MediaTrackConstraints = {
  width: { ideal: 1280 },
  height: { ideal: 720 },
  frameRate: { ideal: 24, max: 30 },
};
/** Letters rather than movement. */
const screen: MediaTrackConstraints = { frameRate: { max: 15 } };

/** A camera, or the screen that the person chooses. */
export async function openPicture(wanted: Showing): Promise<MediaStream> {
  const { mediaDevices } = navigator;
  if (wanted === 'camera') return mediaDevices.getUserMedia({ video: camera });
  const stream = await mediaDevices.getDisplayMedia({ video: screen, audio: false });
  for (const track of stream.getVideoTracks()) track.contentHint = 'detail';
  return stream;
}

/** Telephones and tablets have no screen to show. */
export const canShareScreen = (): boolean =>
  typeof navigator.mediaDevices?.getDisplayMedia === 'function';
