// SPDX-License-Identifier: Apache-2.0
import { outcomeOfReason, outcomeOfResponse, type Outcome } from './outcome';

/** What JsSIP tells in `failed` and `ended`; its typings promise a message that is often null. */
interface End {
  readonly originator: string;
  readonly cause: string;
  readonly message: {
    getHeader(name: string): string | undefined;
    readonly status_code?: number;
  } | null;
}

// JsSIP gives a call up by itself under these names; what the person ends is over before it says so.
const byCause: Readonly<Record<string, Outcome>> = {
  'Connection Error': 'connection_lost',
  'Request Timeout': 'connection_lost',
  // What a lost connection or a time-out becomes while it rings.
  Canceled: 'connection_lost',
  Rejected: 'missed',
  'No ACK': 'connection_lost',
  'Dialog Error': 'lost',
  'RTP Timeout': 'ice_failed',
  'User Denied Media Access': 'microphone_denied',
  'Bad Media Description': 'incompatible',
  'Incompatible SDP': 'incompatible',
  'Missing SDP': 'incompatible',
  'WebRTC Error': 'incompatible',
};

/** Why a call never became a conversation. */
export function outcomeOfFailure(end: End, direction: string): Outcome {
  const reason = end.message?.getHeader('Reason') ?? undefined;
  const status = end.message?.status_code;
  if (end.originator === 'remote' && status !== undefined) return outcomeOfResponse(status, reason);
  if (end.cause === 'Canceled' && end.originator === 'remote') return outcomeOfCancel(reason);
  return byCause[end.cause] ?? (direction === 'incoming' ? 'missed' : 'failed');
}

function outcomeOfCancel(reason: string | undefined): Outcome {
  const outcome = outcomeOfReason(reason);
  return outcome === 'answered_elsewhere' || outcome === 'forwarded' ? outcome : 'missed';
}

/** Why a conversation ended: a BYE that gives no other reason is somebody who hung up. */
export function outcomeOfEnd(end: End): Outcome {
  if (end.originator !== 'remote') return byCause[end.cause] ?? 'lost';
  return outcomeOfReason(end.message?.getHeader('Reason') ?? undefined) ?? 'answered';
}
