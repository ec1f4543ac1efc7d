// SPDX-License-Identifier: Apache-2.0

/**
 * What a portal's page and the phone's window or frame say to each other by window.postMessage. The
 * phone hears pages of its server's `embed_origins` only. Raised when a message means something else.
 */
export const protocolVersion = 1;

/** A call as a portal is told of it. */
export interface SeenCall {
  /** `calling`: out, nobody answered yet; `ringing`: in, likewise. */
  readonly state: 'calling' | 'ringing' | 'talking';
  readonly direction: 'in' | 'out';
  readonly number: string;
  readonly name: string;
}

export interface Status {
  /** Whether it can be called with; `signedOut`: nobody is signed in there. */
  readonly link: 'signedOut' | 'connecting' | 'ready' | 'lost';
  readonly call: SeenCall | null;
  /** Missed calls that nobody has seen yet. */
  readonly missed: number;
}

/**
 * `origin`: the page is not in the server's list; `number`: not a number; `busy`: there is a call;
 * `notReady`: nobody is signed in, or no connection; `flood`: too many messages; `message`: one that
 * means nothing; `token`: the server does not take the one that was handed over.
 */
export type PhoneRefusal =
  'origin' | 'number' | 'busy' | 'notReady' | 'flood' | 'message' | 'token';
/** `blocked`: the browser opens no window; `late`: the phone was not ready in time. */
export type PageRefusal = 'blocked' | 'late' | 'number';

/** From the phone's window, or its frame. */
export type FromPhone =
  /** I am here: of any version, and to any page, so it says nothing more. */
  | { readonly type: 'hello' }
  | { readonly type: 'status'; readonly status: Status }
  | { readonly type: 'ended'; readonly call: SeenCall; readonly outcome: string }
  /** Why something was not done, in words for a person. */
  | { readonly type: 'refused'; readonly reason: PhoneRefusal; readonly words: string }
  /** For the remote control in a frame of the portal: telephone messages (sip/wire.ts). */
  | { readonly type: 'remote'; readonly body: unknown }
  /** From a frame: the person wants to see the window. */
  | { readonly type: 'show' }
  /** Nobody is signed in here, or no longer: has the portal a token? */
  | { readonly type: 'askToken' };

/** From the portal's page. */
export type ToPhone =
  | { readonly type: 'hello' }
  | { readonly type: 'call'; readonly number: string }
  | { readonly type: 'remote'; readonly body: unknown }
  /** An access token of the person, for the phone's server; null: there is none. */
  | { readonly type: 'token'; readonly token: string | null };

export const sealed = <T extends FromPhone | ToPhone>(message: T): T & { dering: number } => ({
  dering: protocolVersion,
  ...message,
});
