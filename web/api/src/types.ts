// SPDX-License-Identifier: Apache-2.0

/** What a person may do. `admin` may do everything; each role includes `user`. */
export type Role = 'user' | 'supervisor' | 'operator' | 'admin';

/** The person who is signed in. */
export interface Me {
  readonly extension: string;
  readonly name: string;
  readonly username: string;
  readonly unit: string;
  readonly sip_uri: string;
  readonly roles: readonly Role[];
  /** The OpenID provider that vouches for the person; '' for the built-in one. */
  readonly issuer: string;
}

export type Presence = 'offline' | 'available' | 'in_call' | 'do_not_disturb';

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

export interface PersonGone {
  readonly extension: string;
}

/** `ended`: the sign-in is over; `refresh`: the server wants a newer token within 30 s. */
export interface SessionChange {
  readonly state: 'ended' | 'refresh';
}

/** A call that one may pick up rings at somebody of one's unit, or none does there any more. */
export interface Pickup {
  readonly extension: string;
  readonly rings: boolean;
  /** Null for who withholds the number. */
  readonly caller: Extension | null;
}

/** How the sound of one's conversation gets through, as the server measures it, has changed. */
export interface LineChange {
  readonly whose: 'ours' | 'theirs';
  readonly weak: boolean;
}

/** The phone of whom one talks with cannot be reached (`unreached`, and nothing is heard: `unheard`), or is back. */
export interface AwayChange {
  /** Empty where nobody is there any more. */
  readonly extension: string;
  readonly away: 'no' | 'unreached' | 'unheard';
}

/** When a call goes on to somebody else. */
export type ForwardingCase = 'always' | 'busy' | 'no_answer' | 'unreachable';

/** Where somebody's calls go; a target is an extension, null where there is none. */
export interface Forwarding extends Readonly<Record<ForwardingCase, string | null>> {
  readonly extension: string;
  /** How long their own phones ring before `no_answer`. */
  readonly ring_seconds: number;
  readonly do_not_disturb: boolean;
  /** The person's pages tell what they could pick up; from servers that do. */
  readonly pickup_notices?: boolean;
}

/** What is named changes, all else stays. Only an administrator may name somebody else. */
export type ForwardingChange = Partial<Forwarding>;

/** One line of the call history, seen by the person who asks. */
export interface CallRecord {
  readonly id: string;
  readonly direction: 'in' | 'out';
  readonly peer: string;
  readonly peer_name: string;
  /** Unix seconds, or an ISO 8601 date. */
  readonly started_at: number | string;
  /** Milliseconds of the person's own conversation; negative when they had none. */
  readonly duration_ms: number;
  /**
   * What became of it for the person; `elsewhere`: somebody else answered; `forwarded`: it went where
   * the person wished. Neither is missed.
   */
  readonly outcome: string;
  /** The person would want to call back. */
  readonly missed: boolean;
  /** The person came to this call or left it by a transfer. */
  readonly transferred: boolean;
  /** Whose forwarding brought it to the person, and to whom theirs sent it; from servers that tell. */
  readonly forwarded_by?: Extension | null;
  readonly forwarded_to?: Extension | null;
  /** Who took part, in the order in which they came, as far as the person may know; from servers that tell. */
  readonly stays?: readonly Stay[];
  /** How the sound of the person's phone got through; null where the server could not tell. */
  readonly quality?: LineQuality | null;
}

/** How far the person has looked at the history. */
export interface HistoryState {
  /** The id of the latest call, "0": there was none. */
  readonly newest: string;
  /** Missed calls up to this id have been seen. */
  readonly seen_until: string;
  /** How many missed calls are later. */
  readonly unseen: number;
}

/** One person's part in a call, all their phones together. Who withheld the number is `anonymous`. */
export interface Stay {
  readonly person: Extension;
  readonly role: 'caller' | 'callee';
  /** How it came to them: `placed`, `rung`, `transferred`, `picked_up`, `forwarded_busy`… */
  readonly why: string;
  /** Unix seconds, within the time for which the person who asks took part. */
  readonly from: number;
  readonly to: number;
  /** What became of it for them; null: it went on when the person who asks had left. */
  readonly outcome: string | null;
  readonly talked: boolean;
  /** Who transferred them into the call, or forwarded it to them. */
  readonly brought_by: Extension | null;
  /** Who transferred them out of it, and to whom. */
  readonly sent_by: Extension | null;
  readonly sent_to: Extension | null;
}

export interface Extension {
  readonly extension: string;
  readonly name: string;
}

export interface LineQuality {
  readonly codec: string;
  readonly from_phone: LineDirection;
  readonly to_phone: LineDirection;
  readonly round_trip_ms: number;
}

/** All is 0 where nothing is known. */
export interface LineDirection {
  readonly packets: number;
  readonly lost: number;
  readonly late: number;
  readonly jitter_ms: number;
  /** 1 to 4.5. */
  readonly mos: number;
}

export interface CallHistory {
  readonly calls: readonly CallRecord[];
}

export type DigestAlgorithm = 'SHA-256' | 'MD5';

/** A desk phone or another program that signs in by user name and password. */
export interface Device {
  readonly id: string;
  readonly name: string;
  readonly username: string;
  /** The strongest that it knows. */
  readonly algorithm: DigestAlgorithm;
  /** It knows one algorithm only, and should be made anew; from servers that tell. */
  readonly renew?: boolean;
  /** Unix seconds; 0 when it is not known. */
  readonly created_at: number;
  /** Whether it is signed in now, from servers that tell. */
  readonly registered?: boolean;
  /** What it alone is offered, the best first; null: what all desk phones are. */
  readonly codecs?: readonly string[] | null;
}

/** What a person types into the phone besides the user name and the password. */
export interface DeviceServer {
  readonly host: string;
  /** For UDP and TCP. */
  readonly port: number;
  readonly tls_port: number;
  readonly transports: readonly string[];
  readonly domain: string;
}

export interface DeviceList {
  readonly devices: readonly Device[];
  readonly server: DeviceServer;
}

export interface NewDevice {
  readonly name: string;
  /** Whose phone; only an administrator may name somebody else. */
  readonly extension?: string;
}

/** The password is told once, here. */
export interface CreatedDevice extends Device {
  readonly password: string;
}

/** Refusals of one kind from one source. What a phone calls itself comes from outside: only to be shown. */
export interface Refusal {
  readonly id: string;
  /** Unix seconds, of the first and of the last of them. */
  readonly first_at: number;
  readonly at: number;
  readonly count: number;
  readonly transport: string;
  readonly source: string;
  /** "register", "invite", "sign_in" and others. */
  readonly what: string;
  /** "wrong_password", "unknown_name" and others. */
  readonly reason: string;
  readonly name: string;
  /** What its owner calls the desk phone that signs in by this name; empty: it is none of theirs. */
  readonly device: string;
  readonly extension: string;
}

/** A call that waits at a parking place until somebody dials its number. */
export interface ParkedCall {
  /** The number of the place. */
  readonly place: string;
  /** Who waits there; '' of whoever withholds it. */
  readonly extension: string;
  readonly name: string;
}

/** All calls that this person has parked. */
export interface Parking {
  readonly calls: readonly ParkedCall[];
}

/** Newest first. */
export interface RefusalList {
  readonly refusals: readonly Refusal[];
}

/** How the reading of one issuer's users stands; the counts are those of the last that succeeded. */
export interface SyncState {
  readonly url: string;
  readonly state: 'idle' | 'running' | 'failed';
  /** Unix seconds; null: never. */
  readonly started_at: number | null;
  readonly finished_at: number | null;
  readonly added: number;
  readonly changed: number;
  /** Had been missing and returned. */
  readonly enabled: number;
  /** Are missing. */
  readonly disabled: number;
  readonly unchanged: number;
  /** Malformed, or no number was left for them. */
  readonly refused: number;
  /** A sentence of the server, '' unless it failed. */
  readonly error: string;
}

export interface SyncStates {
  readonly issuers: readonly SyncState[];
}

export interface Issuer {
  readonly authority: string;
  readonly client_id: string;
  readonly label: string;
  readonly kind: 'built-in' | 'external';
  /** What to ask the issuer for, where `openid profile` does not do. */
  readonly scope?: string;
}

/** `GET /config.json`: what the page must know before anybody is signed in. */
export interface Config {
  readonly issuers: readonly Issuer[];
  readonly sip: { readonly websocket: string; readonly domain: string };
  readonly audience: string;
  readonly version: string;
  /** Whose pages may show the phone in a frame and call with it; from servers that tell. */
  readonly embed_origins?: readonly string[];
  /** From servers that tell. */
  readonly organisation?: Organisation;
}

/** Whose telephone this is: '' where nobody has said so. */
export interface Organisation {
  readonly name: string;
  /** The path of a picture on this server, without the first slash. */
  readonly logo: string;
}
