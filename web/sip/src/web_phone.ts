// SPDX-License-Identifier: Apache-2.0
import { JssipLine } from './jssip_line';
import type { Credentials } from './line';
import { closedState, publicState, type PhoneState } from './public_state';
import { Ringer } from './ringer';
import { isHeldByUs, type Talking } from './state';
import { Telephone } from './telephone';

/** As the package is called, in User-Agent. */
export const version = '0.1.0';

/** The elements of your page that make sound. */
export interface PhoneSounds {
  /** Plays whoever is at the other end: an `<audio>` without a source. */
  readonly partner: HTMLMediaElement;
  /** Is played over and over while somebody calls: an `<audio>` with your ring tone. */
  readonly ringing?: HTMLMediaElement;
}

/** Where the telephone registers, as whom, and what it sounds with. */
export interface PhoneOptions {
  /** The WebSocket of the server: `wss://pbx.example:8089/ws`. */
  readonly server: string;
  /** The address of record: `sip:1001@pbx.example`. */
  readonly address: string;
  /** A token for Dering, a SIP password for any other server. */
  readonly credentials: Credentials;
  readonly sounds: PhoneSounds;
  /** What others see beside the number, where the server lets one say it. */
  readonly name?: string;
  /** A UUID that stays the same in this browser, so that a reload replaces the old registration (RFC 5626). */
  readonly instance?: string;
  /** Asked when the server takes the token no longer; not asked for a password. */
  readonly renewToken?: () => Promise<string>;
  /** Opens the microphone for a call; without it the default one is asked for. */
  readonly microphone?: () => Promise<MediaStream>;
}

const longestWait = 60_000;

/**
 * A telephone without a face: it registers over a WebSocket, places and takes calls, and tells what
 * goes on as one value. Two calls at most, of which one has sound; who calls then hears "busy". What
 * cannot be done now does nothing: no method throws because of the state of a call.
 */
export class WebPhone {
  private telephone: Telephone | null = null;
  private state = closedState;
  private readonly watchers = new Set<(state: PhoneState) => void>();

  /** Nothing happens before connect(). */
  constructor(private readonly options: PhoneOptions) {}

  /** Opens the connection and registers; both are tried again by themselves until disconnect(). */
  connect(): void {
    if (this.telephone !== null) return;
    const { server, address, name = '', credentials } = this.options;
    const instance = this.options.instance ?? crypto.randomUUID();
    const telephone = this.open();
    this.telephone = telephone;
    const ringer = new Ringer(this.options.sounds.ringing);
    telephone.watch(() => {
      ringer.watch(telephone.current());
      this.leaveWhoIsSentOn();
      if (this.telephone === telephone)
        this.tell(publicState(telephone.current(), performance.timeOrigin));
    });
    this.tell(publicState(telephone.current(), performance.timeOrigin));
    telephone.start({ uri: address, name, websocket: server, instance, version, credentials });
  }

  /** Ends all calls, unregisters and closes. Say it on `pagehide` too, or it rings at a page that is gone. */
  disconnect(): void {
    this.telephone?.stop();
    this.telephone = null;
    this.tell(closedState);
  }

  /** A fresh access token for the same person; a call that goes on does not notice. */
  renew(token: string): void {
    this.telephone?.renew(token);
  }

  /** What goes on now. The same value until something changes, as React's useSyncExternalStore wants it. */
  readonly getState = (): PhoneState => this.state;

  /** Calls back after each change, with the new state, until the returned function is called. */
  readonly subscribe = (watcher: (state: PhoneState) => void): (() => void) => {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  };

  /** A number, or a whole `sip:` address. Asks for the microphone; during a conversation holds that first. */
  async call(number: string): Promise<void> {
    await this.telephone?.call({ number, name: '' });
  }

  /** Takes the call that rings. Asks for the microphone; during a conversation holds that first. */
  async answer(): Promise<void> {
    await this.telephone?.answer();
  }

  /** Sends away whoever rings: for good (603), or as `busy` (486), after which a voicemail may take over. */
  decline(how: 'declined' | 'busy' = 'declined'): void {
    this.telephone?.decline(how);
  }

  /** Ends the call in front, whatever it is doing: gives up, declines or hangs up. */
  hangUp(): void {
    this.telephone?.hangUp();
  }

  /** The other side waits, and hears what the server plays. */
  hold(): void {
    const call = this.talking();
    if (call !== null && !isHeldByUs(call)) this.telephone?.toggleHold();
  }

  /** Goes on with who was put on hold. */
  resume(): void {
    const call = this.talking();
    if (call !== null && isHeldByUs(call)) this.telephone?.toggleHold();
  }

  /** Goes on with the conversation that waits, and holds this one. */
  swap(): void {
    this.telephone?.swap();
  }

  /** The other side hears nothing of here until unmute(). */
  mute(): void {
    if (this.talking()?.muted === false) this.telephone?.toggleMute();
  }

  /** The other side hears the microphone again. */
  unmute(): void {
    if (this.talking()?.muted === true) this.telephone?.toggleMute();
  }

  /** One key, of `0`–`9`, `*`, `#`, `A`–`D`, as a tone of RFC 4733 in the sound. */
  press(key: string): void {
    if (/^[\d*#A-D]$/.test(key)) this.telephone?.press(key);
  }

  /** Sends whom one talks with on to a number, without asking there (blind, RFC 3515); follow `transfer`. */
  transfer(number: string): void {
    this.telephone?.transfers.send({ number, name: '' });
  }

  /** Forgets how the last call ended. */
  dismiss(): void {
    this.telephone?.dismiss();
  }

  // RFC 5589 §6.1: who sent somebody on says BYE. Dering says it itself; another server waits for it.
  private leaveWhoIsSentOn(): void {
    if (this.options.credentials.kind === 'token') return;
    if (this.talking()?.transfer?.stage === 'done') this.telephone?.hangUp();
  }

  private talking(): Talking | null {
    const call = this.telephone?.current().call;
    return call?.kind === 'talking' ? call : null;
  }

  private open(): Telephone {
    const { sounds, microphone = defaultMicrophone } = this.options;
    // Not by play(): where the stream has no sound yet Firefox takes that for its end at times, pauses, and begins
    // again only by this (Media Capture and Streams §6.2).
    sounds.partner.autoplay = true;
    return new Telephone({
      openLine: (listener) => new JssipLine(listener),
      openMicrophone: microphone,
      // It has no face to show one on.
      openPicture: () => Promise.reject(new DOMException('', 'NotFoundError')),
      play: (stream) => {
        sounds.partner.srcObject = stream;
      },
      hear: () => {},
      requestToken: (refusals) => this.requestToken(refusals),
      now: () => performance.now(),
      unix: () => Date.now(),
      newId: () => crypto.randomUUID(),
    });
  }

  // A server that refuses every token must not be asked in a tight loop.
  private requestToken(refusals: number): void {
    const { renewToken } = this.options;
    const { telephone } = this;
    if (renewToken === undefined || this.options.credentials.kind === 'password') return;
    const ask = async () => {
      const fresh = await renewToken().catch(() => null);
      if (fresh !== null && this.telephone === telephone) telephone?.renew(fresh);
    };
    setTimeout(() => void ask(), refusals === 1 ? 0 : Math.min(longestWait, 1000 * 2 ** refusals));
  }

  private tell(state: PhoneState): void {
    this.state = state;
    for (const watcher of this.watchers) watcher(state);
  }
}

const defaultMicrophone = (): Promise<MediaStream> =>
  navigator.mediaDevices.getUserMedia({ audio: true });
