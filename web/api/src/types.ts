// SPDX-License-Identifier: Apache-2.0

/** The person who is signed in. */
export interface Me {
  readonly extension: string;
  readonly name: string;
  readonly username: string;
  readonly unit: string;
  readonly sip_uri: string;
}

export type Presence = 'offline' | 'available' | 'in_call';

export interface Person {
  readonly extension: string;
  readonly name: string;
  readonly unit: string;
  readonly presence: Presence;
}

export interface Directory {
  readonly people: readonly Person[];
}

export interface PresenceChange {
  readonly extension: string;
  readonly presence: Presence;
}

/** One line of the call history, seen by the person who asks. */
export interface CallRecord {
  readonly id: string;
  readonly direction: 'in' | 'out';
  readonly peer: string;
  readonly peer_name: string;
  /** Unix seconds, or an ISO 8601 date. */
  readonly started_at: number | string;
  /** Milliseconds of conversation; negative when nobody answered. */
  readonly duration_ms: number;
  readonly outcome: string;
}

export interface CallHistory {
  readonly calls: readonly CallRecord[];
}

export interface Issuer {
  readonly authority: string;
  readonly client_id: string;
  readonly label: string;
}

/** `GET /config.json`: what the page must know before anybody is signed in. */
export interface Config {
  readonly issuers: readonly Issuer[];
  readonly sip: { readonly websocket: string; readonly domain: string };
  readonly audience: string;
  readonly version: string;
}
