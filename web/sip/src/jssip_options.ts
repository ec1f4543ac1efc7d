// SPDX-License-Identifier: Apache-2.0
import type { DialogName } from './kept';

// The server refreshes sessions, so that a tab in the background, whose timers the browser slows
// down, has nothing to do.
const sessionSeconds = 1800;
const peerConnection: RTCConfiguration = { iceServers: [], bundlePolicy: 'max-bundle' };
/**
 * JsSIP names them in its INVITE, and not in its answers: without UPDATE the server would refresh by
 * INVITE, which an offer of the page may meet.
 */
const allowed = 'INVITE, ACK, CANCEL, BYE, UPDATE, INFO, REFER, NOTIFY, OPTIONS';

/** With what a call is placed. */
export const callOptions = (microphone: MediaStream) => ({
  mediaStream: microphone,
  pcConfig: peerConnection,
  sessionTimersExpires: sessionSeconds,
});

/** With what a page comes back into a call: instead of the one that is there (RFC 3891). */
export const returnOptions = (microphone: MediaStream, dialog: DialogName) => ({
  ...callOptions(microphone),
  extraHeaders: [
    'Require: replaces',
    `Replaces: ${dialog.callId};to-tag=${dialog.theirTag};from-tag=${dialog.ownTag}`,
  ],
});

/** With what it is answered. */
export const answerOptions = (microphone: MediaStream) => ({
  ...callOptions(microphone),
  extraHeaders: [`Allow: ${allowed}`],
});
