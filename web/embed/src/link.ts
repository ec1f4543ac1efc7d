// SPDX-License-Identifier: Apache-2.0
import { Neighbours } from './neighbours';
import { isNumber, numberOf } from './number';
import { phoneWindow } from './phone_window';
import {
  sealed,
  type FromPhone,
  type PageRefusal,
  type PhoneRefusal,
  type Status,
  type ToPhone,
} from './protocol';
import { wordsAt } from './words';

/** Long enough to sign in with a password. */
const patienceMilliseconds = 120_000;
const watchMilliseconds = 1_000;

export interface Events {
  status: Status;
  ringing: NonNullable<Status['call']>;
  talking: NonNullable<Status['call']>;
  ended: Extract<FromPhone, { type: 'ended' }>;
  refused: { readonly reason: PhoneRefusal | PageRefusal; readonly words: string };
}

/** Nothing, or a promise that fails: there is none now. */
export type TokenGiver = () => Promise<string | undefined> | string | undefined;

const nothing: Status = { link: 'signedOut', call: null, missed: 0 };

/** The one phone of the portal: its window, and frames of it in this page. */
export class Link {
  status: Status = nothing;
  /** Gives an access token of who is signed in at the portal. */
  token: TokenGiver | null = null;
  private window: Window | null = null;
  /** A whole phone in a frame, which needs no window. */
  private whole: Window | null = null;
  private readonly frames = new Set<Window>();
  private wanted: { readonly number: string; readonly until: number } | null = null;
  private readonly neighbours: Neighbours;

  /** `base`: the phone's address, with a slash at its end. */
  constructor(
    private readonly base: URL,
    private readonly tell: <K extends keyof Events>(kind: K, what: Events[K]) => void,
  ) {
    this.neighbours = new Neighbours({
      owns: () => this.hasWindow(),
      status: () => this.status,
      show: () => this.window?.focus(),
      call: (number) => this.want(number),
      onStatus: (status) => this.onStatus(status ?? nothing),
    });
    addEventListener('message', (event: MessageEvent) => this.hear(event));
    setInterval(() => this.look(), watchMilliseconds);
  }

  /** Brings the window to the front: the one that is there, never loaded again, or a new one. */
  readonly open = (): void => {
    if (this.hasWindow()) this.window?.focus();
    else this.neighbours.ask(null, () => this.openWindow());
  };

  /** Shows the phone and has it call, as soon as it is ready. */
  readonly call = (address: string): void => {
    const number = numberOf(address);
    if (!isNumber(number)) return this.refuse('number');
    if (this.hasWindow()) {
      this.window?.focus();
      return this.want(number);
    }
    if (this.whole !== null && this.status.link !== 'signedOut') return this.want(number);
    this.neighbours.ask(number, () => {
      if (this.openWindow()) this.want(number);
    });
  };

  private hasWindow(): boolean {
    return this.window?.closed === false;
  }

  private openWindow(): boolean {
    const opened = phoneWindow(this.base.href);
    if (opened === null) {
      this.refuse('blocked');
      return false;
    }
    this.window = opened;
    return true;
  }

  private hear({ data, origin, source }: MessageEvent): void {
    if (origin !== this.base.origin || source === null || data?.dering !== 1) return;
    const phone = source as Window;
    const isFrame = phone.parent === window && phone !== window;
    const message = data as FromPhone;
    if (phone === window || (!isFrame && phone.opener !== window)) return;
    switch (message.type) {
      case 'hello':
        if (isFrame) this.frames.add(phone);
        else this.window = phone;
        return this.post(phone, { type: 'hello' });
      case 'status':
        if (isFrame) this.whole = message.status.link === 'signedOut' ? null : phone;
        if (isFrame && this.hasWindow()) return undefined;
        if (!isFrame) this.neighbours.tell(message.status);
        return this.onStatus(message.status);
      case 'ended':
        return this.tell('ended', message);
      case 'refused':
        return this.tell('refused', message);
      case 'show':
        return this.open();
      case 'askToken':
        return void this.handToken(phone);
      case 'remote':
        if (!isFrame) for (const frame of this.frames) this.post(frame, message);
        else if (this.hasWindow()) this.post(this.window, message);
    }
  }

  private onStatus(status: Status): void {
    const before = this.status.call;
    this.status = status;
    this.tell('status', status);
    const { call } = status;
    if (call !== null && call.state !== 'calling' && call.state !== before?.state) {
      this.tell(call.state, call);
    }
    this.serve();
  }

  private want(number: string): void {
    this.wanted = { number, until: Date.now() + patienceMilliseconds };
    this.serve();
  }

  private serve(): void {
    const phone = this.hasWindow() ? this.window : this.whole;
    if (this.wanted === null || phone === null || this.status.link !== 'ready') return;
    this.post(phone, { type: 'call', number: this.wanted.number });
    this.wanted = null;
  }

  /** Nobody tells that a window was closed, or a frame taken away. */
  private look(): void {
    for (const frame of this.frames) if (frame.closed) this.frames.delete(frame);
    if (this.whole?.closed === true) this.whole = null;
    if (this.wanted !== null && this.wanted.until < Date.now()) {
      this.wanted = null;
      this.refuse('late');
    }
    if (this.window?.closed !== true) return;
    this.window = null;
    this.neighbours.gone();
    if (this.whole === null) this.onStatus(nothing);
  }

  private async handToken(phone: Window): Promise<void> {
    const token = await Promise.resolve(this.token?.()).catch(() => undefined);
    this.post(phone, { type: 'token', token: token ?? null });
  }

  private refuse(reason: PageRefusal): void {
    this.tell('refused', { reason, words: wordsAt(document.documentElement)[reason] });
  }

  private post(phone: Window | null, message: ToPhone): void {
    phone?.postMessage(sealed(message), this.base.origin);
  }
}
