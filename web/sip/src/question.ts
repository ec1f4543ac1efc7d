// SPDX-License-Identifier: Apache-2.0
import type { Account } from './line';

/** What is sent over a quiet connection to learn whether anybody is there; whatever comes back answers it. */
export interface Question {
  readonly text: () => string;
  /** How long nothing came before it is asked. */
  readonly restMilliseconds: number;
}

/**
 * RFC 5626 §3.5.1: the server answers these two line ends with one. The browser's own WebSocket pings
 * can be neither sent nor seen from a page.
 */
export const lineEnds: Question = { text: () => '\r\n\r\n', restMilliseconds: 4_000 };

// A whole request each time: less often than two line ends.
const optionsRest = 20_000;

/** What the server of this account answers: Asterisk, for one, takes the line ends without a word. */
export function questionFor({ uri, credentials }: Account): Question {
  if (credentials.kind === 'token') return lineEnds;
  return { text: () => optionsOf(uri), restMilliseconds: optionsRest };
}

/** Any answer will do, a challenge too: JsSIP drops it, as it knows nothing of the question. */
function optionsOf(address: string): string {
  const server = address.replace(/^(sips?:)[^@]*@/, '$1');
  const fields = [
    `OPTIONS ${server} SIP/2.0`,
    `Via: SIP/2.0/WSS page.invalid;branch=z9hG4bK${crypto.randomUUID()}`,
    'Max-Forwards: 70',
    `From: <${address}>;tag=${crypto.randomUUID()}`,
    `To: <${server}>`,
    `Call-ID: ${crypto.randomUUID()}`,
    'CSeq: 1 OPTIONS',
    'Content-Length: 0',
  ];
  return `${fields.join('\r\n')}\r\n\r\n`;
}
