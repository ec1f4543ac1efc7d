// SPDX-License-Identifier: Apache-2.0
import type { DialogName } from './kept';
import type { Refusal } from './line';
import { warningWith } from './note';

/** Beyond whatever the page that had the dialog has said in it (RFC 3261 §8.1.1.5: less than 2^31). */
const lastSequence = 2 ** 31 - 1;

/** Why it ends, for a message of JsSIP's: fields beyond its own (RFC 3326; RFC 3261 §20.43). */
export function reasonOf({ status, word, note = '' }: Partial<Refusal> = {}): string[] {
  const warning = warningWith(note);
  return [
    ...(word === undefined ? [] : [`Reason: SIP;cause=${status};text="${word}"`]),
    ...(warning === null ? [] : [`Warning: ${warning}`]),
  ];
}

/**
 * A BYE in the dialog of a page that is gone, for JsSIP knows nothing of that. Whoever is signed in as
 * the same person may say it from another connection. Nobody waits for its answer: JsSIP drops that.
 */
export function farewell(address: string, dialog: DialogName, why?: Refusal): string {
  const branch = crypto.randomUUID();
  const fields = [
    `BYE ${address} SIP/2.0`,
    `Via: SIP/2.0/WSS page.invalid;branch=z9hG4bK${branch}`,
    'Max-Forwards: 70',
    `From: <${address}>;tag=${dialog.ownTag}`,
    `To: <${address}>;tag=${dialog.theirTag}`,
    `Call-ID: ${dialog.callId}`,
    `CSeq: ${lastSequence} BYE`,
    ...reasonOf(why),
    'Content-Length: 0',
  ];
  return `${fields.join('\r\n')}\r\n\r\n`;
}
