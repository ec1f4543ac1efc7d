// SPDX-License-Identifier: Apache-2.0
import type { RTCSession } from 'jssip/lib/RTCSession';
import { whyFailed, whyRefused, type TransferNews } from './transfer';

/** A dialog as JsSIP reads it when it writes Replaces (RFC 3891): by names of its own. */
export interface Dialog {
  readonly _request: { readonly call_id: string };
  readonly _from_tag: string;
  readonly _to_tag: string;
}

interface Early {
  readonly id: { readonly remote_tag: string };
}

/**
 * The dialog of a call, which may still ring there. Private to JsSIP, whose version is pinned: it
 * knows the tag of the other side only once that has answered. Null where there is none yet.
 */
export function dialogOf(session: RTCSession): Dialog | null {
  const request = Reflect.get(session, '_request') as Dialog['_request'] | undefined;
  const own = Reflect.get(session, '_from_tag') as string | null;
  const [early] = Object.values((Reflect.get(session, '_earlyDialogs') ?? {}) as Early[]);
  const theirs = (Reflect.get(session, '_to_tag') as string | null) ?? early?.id.remote_tag;
  if (!request || !own || !theirs) return null;
  return { _request: request, _from_tag: own, _to_tag: theirs };
}

interface Target {
  readonly number: string;
  readonly asked: Dialog | null;
}

type Notified = { readonly status_line: { readonly status_code: number | string } };
type Refused = { readonly response: { readonly status_code: number } | null };

/** Asks the server to send the other side on, and tells what it says of it. No session: it cannot be asked. */
export function sendRefer(
  session: Pick<RTCSession, 'refer'> | null,
  { number, asked }: Target,
  tell: (news: TransferNews) => void,
): void {
  const eventHandlers = {
    progress: () => tell({ kind: 'ringing' }),
    accepted: () => tell({ kind: 'done' }),
    failed: ({ status_line: { status_code: status } }: Notified) =>
      tell({ kind: 'failed', why: whyFailed(Number(status)) }),
    requestFailed: ({ response }: Refused) =>
      tell({
        kind: 'failed',
        why: response === null ? 'connection_lost' : whyRefused(response.status_code),
      }),
  };
  try {
    const replaces = asked === null ? {} : { replaces: asked as never };
    const isSent = session?.refer(number, { eventHandlers, ...replaces });
    if (!isSent) tell({ kind: 'failed', why: session === null ? 'connection_lost' : 'over' });
  } catch {
    // JsSIP throws on a target it cannot make a URI of.
    tell({ kind: 'failed', why: 'unknown_number' });
  }
}
