// SPDX-License-Identifier: Apache-2.0
import type { DialogName } from './kept';
import type { Account, Credentials } from './line';

// The server refreshes sessions, so that a tab in the background, whose timers the browser slows
// down, has nothing to do.
const sessionSeconds = 1800;
// It sends keep-alives too, and owns the ring time.
const registerSeconds = 300;
const ringSeconds = 3600;
const recoverySeconds = { min: 1, max: 15 };
const peerConnection: RTCConfiguration = { iceServers: [], bundlePolicy: 'max-bundle' };
/**
 * JsSIP names them in its INVITE, and not in its answers: without UPDATE the server would refresh by
 * INVITE, which an offer of the page may meet.
 */
const allowed = 'INVITE, ACK, CANCEL, BYE, UPDATE, INFO, REFER, NOTIFY, OPTIONS';

/** As whom JsSIP registers, and how; the socket is not among it. */
export const agentOptions = ({ uri, name, credentials, instance, version }: Account) => ({
  uri,
  display_name: name,
  ...proofOf(credentials),
  instance_id: instance,
  register_expires: registerSeconds,
  session_timers: true,
  session_timers_refresh_method: 'UPDATE',
  no_answer_timeout: ringSeconds,
  connection_recovery_min_interval: recoverySeconds.min,
  connection_recovery_max_interval: recoverySeconds.max,
  use_preloaded_route: false,
  user_agent: `Dering/${version} (JsSIP 3.13.8)`,
});

/** Never both: with a token JsSIP forgets the answer to a challenge that it has just computed. */
function proofOf(credentials: Credentials) {
  if (credentials.kind === 'token') return { authorization_jwt: `Bearer ${credentials.token}` };
  return { authorization_user: credentials.user, password: credentials.password };
}

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
