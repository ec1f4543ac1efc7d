// SPDX-License-Identifier: Apache-2.0
import type { DialogName, Kept } from './kept';
import type { Outcome } from './outcome';
import type { OwnPicture, Shown } from './picture';
import type { Counts } from './quality';
import type { Reach } from './reach';
import type { Party, Sent } from './state';
import type { TransferNews } from './transfer';

/** How somebody proves who they are. */
export type Credentials =
  /** An access token (RFC 8898), which Dering takes. */
  | { readonly kind: 'token'; readonly token: string }
  /** A SIP password (RFC 3261 §22), at whatever server there is. `user`: as the server calls them. */
  | { readonly kind: 'password'; readonly user: string; readonly password: string };

/** Whom this page registers, and where. */
export interface Account {
  /** `sip:1001@dering` */
  readonly uri: string;
  readonly name: string;
  readonly websocket: string;
  /** Stable for this browser, so that a reload replaces the old registration (RFC 5626). */
  readonly instance: string;
  readonly version: string;
  readonly credentials: Credentials;
}

/** What the telephone needs of a signalling stack. Only an implementation knows the library. */
export interface Line {
  start(account: Account): void;
  /** A new access token for the same person. */
  renew(token: string): void;
  /** No registration any more; a call that goes on keeps its connection. */
  retire(): void;
  /** Nobody is called here any more, but in another tab; a call that goes on keeps its connection. */
  release(): void;
  /** Ends every call, unregisters and closes. */
  stop(): void;
  dial(id: string, number: string, microphone: MediaStream): void;
  answer(id: string, microphone: MediaStream): void;
  /** Of a call that is connected; null where there is none. */
  dialog(id: string): DialogName | null;
  /** Takes the place of a dialog that another page had, muted and held as that was. */
  resume(kept: Kept, microphone: MediaStream): void;
  /** Hangs up in a dialog that another page had, which has not come back into it. */
  leave(dialog: DialogName, why?: Refusal): void;
  /** Cancels, declines or hangs up, whichever fits. May tell of the end before it returns. */
  end(id: string, why?: Refusal): void;
  mute(id: string, muted: boolean): void;
  /** Silent at once in both directions; the other side is told as soon as it can be. */
  hold(id: string, held: boolean): void;
  /** Speaks with this one from now on, with no word to the other side. */
  setMicrophone(id: string, track: MediaStreamTrack): Promise<void>;
  /** The other side is shown this from now on; null: nothing. */
  show(id: string, picture: OwnPicture | null): void;
  /** False when the key could not be sent. */
  sendTone(id: string, tone: string): boolean;
  /**
   * Asks the server to send the other side on to a number, or to whom this person has in the call
   * `asked`, which may still ring there. May tell of a failure before it returns.
   */
  transfer(id: string, number: string, asked: string | null): void;
  /** Null while there is nothing to count. */
  measure(id: string): Promise<Counts | null>;
  /** Tells the server what was counted, for the record of the call. */
  report(id: string, counts: Counts): void;
}

/** Why this phone ends a call, for the other side: a status where it still rings here, and a word. */
export interface Refusal {
  readonly status: number;
  readonly word?: Outcome;
  /** What the person says to who calls. */
  readonly note?: string;
}

export type LineEvent =
  | { readonly type: 'registered' }
  | { readonly type: 'connecting' }
  /** The connection is under suspicion: it counts as lost until it has answered. */
  | { readonly type: 'doubted' }
  /** `signedOut`: by the server, because this sign-in is over or too old. */
  | { readonly type: 'disconnected'; readonly signedOut?: boolean }
  /** The server does not take this token; `forbidden`: nor would it take another one. */
  | { readonly type: 'refused'; readonly forbidden?: boolean }
  | {
      readonly type: 'incoming';
      readonly id: string;
      readonly party: Party;
      readonly reach: Reach;
      /** Whom it was for, if not for us. */
      readonly sent?: Sent | null;
    }
  /** The server has the call: the first answer of any kind. */
  | { readonly type: 'heard'; readonly id: string }
  /** `early`: how it sounds comes from there. */
  | { readonly type: 'ringing'; readonly id: string; readonly early: boolean }
  | { readonly type: 'reach'; readonly id: string; readonly reach: Reach }
  | { readonly type: 'remote-stream'; readonly id: string; readonly stream: MediaStream }
  | {
      readonly type: 'confirmed';
      readonly id: string;
      /** Whether sound gets through already. */
      readonly stage: 'connecting' | 'connected';
    }
  /** The descriptions in use, of which each shows a certificate. */
  | {
      readonly type: 'described';
      readonly id: string;
      readonly local: string | undefined;
      readonly remote: string | undefined;
    }
  /** The other side holds, or goes on. */
  | { readonly type: 'held'; readonly id: string; readonly held: boolean }
  /** What the other side shows; the track is null where that is nothing. */
  | {
      readonly type: 'their-picture';
      readonly id: string;
      readonly shown: Shown;
      readonly track: MediaStreamTrack | null;
    }
  /** Our picture is not shown there, or not any more. */
  | { readonly type: 'not-shown'; readonly id: string; readonly why: 'unshown' | 'ended' }
  | { readonly type: 'transfer'; readonly id: string; readonly news: TransferNews }
  /** The server says who is at the other end now. */
  | { readonly type: 'identified'; readonly id: string; readonly party: Party }
  | { readonly type: 'media'; readonly id: string; readonly stage: 'connected' | 'reconnecting' }
  | {
      readonly type: 'ended';
      readonly id: string;
      readonly outcome: Outcome;
      /** What who declined said. */
      readonly note?: string | null;
    };

export type LineListener = (event: LineEvent) => void;
