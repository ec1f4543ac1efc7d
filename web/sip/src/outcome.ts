// SPDX-License-Identifier: Apache-2.0

/**
 * How a call ended. The first block are the server's own words: it sends them as
 * `Reason: SIP;cause=486;text="busy"` and keeps them in the call record. The second block is what
 * only this page can know.
 */
export const outcomes = [
  'answered',
  'cancelled',
  'caller_gone',
  'busy',
  'declined',
  'no_answer',
  'offline',
  'unknown_number',
  'self_call',
  'incompatible',
  'already_calling',
  'too_many_calls',
  'media_unavailable',
  'failed',
  'lost',
  'media_lost',
  'shutdown',
  'signed_out',
  'no_microphone',
  'unavailable',
  'refused',
  'transferred',
  'nothing_rings',
  'unprotected',
  'do_not_disturb',
  'forwarding_loop',
  'forwarded_nowhere',
  'incomplete_number',
  'parked',
  'parking_full',
  'nothing_parked',
  'went_on',
  'not_allowed',
  'closed',
  'not_yet',
  'no_way_out',

  'missed',
  'turned_down',
  'answered_elsewhere',
  'forwarded',
  'microphone_denied',
  'microphone_missing',
  'microphone_failed',
  'microphone_unanswered',
  'no_response',
  'connection_lost',
  'ice_failed',
  'gone_meanwhile',
  'not_back',
] as const;

/** How a call ended, in one word: of the server, or of what only the page can know. */
export type Outcome = (typeof outcomes)[number];

const byStatus: Readonly<Record<number, Outcome>> = {
  401: 'not_allowed',
  403: 'not_allowed',
  404: 'unknown_number',
  407: 'not_allowed',
  408: 'no_answer',
  415: 'incompatible',
  480: 'offline',
  481: 'gone_meanwhile',
  482: 'self_call',
  484: 'unknown_number',
  486: 'busy',
  487: 'no_answer',
  488: 'incompatible',
  500: 'failed',
  503: 'media_unavailable',
  600: 'busy',
  603: 'declined',
  606: 'incompatible',
};

/** What a final response to our INVITE means; a Reason field tells more than the bare status. */
export function outcomeOfResponse(status: number, reason?: string): Outcome {
  return outcomeOfReason(reason) ?? byStatus[status] ?? 'failed';
}

/**
 * Reads `SIP;cause=503;text="media_lost"` (RFC 3326). A text that is not one of our words falls back
 * to the cause, and a normal end (200, Q.850 16) is null like no Reason at all.
 */
export function outcomeOfReason(reason: string | undefined): Outcome | null {
  if (reason === undefined) return null;
  const text = /;\s*text\s*=\s*"([^"]*)"/i.exec(reason)?.[1]?.toLowerCase().replaceAll(' ', '_');
  const word = outcomes.find((outcome) => outcome === text);
  if (word !== undefined) return word;
  const cause = Number(/^\s*SIP\s*;.*?cause\s*=\s*(\d{3})/i.exec(reason)?.[1] ?? 200);
  if (cause === 200) return /elsewhere/i.test(reason) ? 'answered_elsewhere' : null;
  return byStatus[cause] ?? 'failed';
}

/** Why getUserMedia() gave no microphone, by the name of its DOMException. */
export function outcomeOfMicrophone(error: unknown): Outcome {
  const name = error instanceof Error || error instanceof DOMException ? error.name : '';
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'microphone_denied';
  if (name === 'NotFoundError' || name === 'OverconstrainedError') return 'microphone_missing';
  return 'microphone_failed';
}
