// SPDX-License-Identifier: Apache-2.0
import { isNumber } from '@dering/embed/number';
import {
  sealed,
  type FromPhone,
  type PhoneRefusal,
  type Status,
  type ToPhone,
} from '@dering/embed/protocol';
import type { Handset } from '@dering/sip/handset';
import type { Remote } from '@dering/sip/remote';
import { callsOf, type Phone } from '@dering/sip/state';
import { readPortalMessage } from './portal_message';
import { Rate } from './rate';
import { seenCall, statusOf } from './seen';

/** The portal may have been loaded anew, and has to find the window again. */
const helloMilliseconds = 2_000;
/** A page that may not, or has no script of ours, is nothing to wait for. */
const answerMilliseconds = 500;
/** The page may have to ask its provider first. */
const tokenMilliseconds = 3_000;
const mostMessages = 60;
const messagesEachSecond = 10;
const mostCalls = 3;
const callsEachSecond = 0.2;

interface Around {
  /** The portal's page: the one that opened this window, or that shows this frame. */
  readonly other: Window;
  readonly here: Pick<Window, 'addEventListener' | 'removeEventListener'>;
  readonly now: () => number;
  /** Why something was not done, in words for a person. */
  readonly wordsFor: (reason: PhoneRefusal) => string;
}

export interface Attached {
  readonly handset: Pick<Handset, 'watch' | 'current'>;
  readonly dial: (number: string) => void;
}

const signedOut: Status = { link: 'signedOut', call: null, missed: 0 };

/**
 * The phone's side of a portal: tells its page how the telephone is and calls for it. A page that is
 * not in the server's list learns that the phone is there, and that it is not listed; nothing else.
 */
export class PortalLink {
  private readonly all: Rate;
  private readonly calls: Rate;
  private allowed: readonly string[] | null = null;
  /** Known once it has answered. */
  private origin: string | null = null;
  private attached: Attached | null = null;
  private missed = 0;
  private before: Phone | null = null;
  private wasFlood = false;
  private readonly watchers = new Set<() => void>();
  private readonly strangers = new Set<string>();
  private readonly remotes = new Set<(body: unknown) => void>();
  private asked: { answer: (token: string | null) => void; timer: number } | null = null;

  constructor(private readonly around: Around) {
    this.all = new Rate(mostMessages, messagesEachSecond, around.now);
    this.calls = new Rate(mostCalls, callsEachSecond, around.now);
    around.here.addEventListener('message', (event: MessageEvent) => this.hear(event));
    setInterval(() => this.greet(), helloMilliseconds);
  }

  /** The server has said whose pages may. */
  allow(origins: readonly string[]): void {
    this.allowed = origins;
    this.greet();
  }

  /** From now on there is a telephone, until the returned function is called. */
  attach(attached: Attached): () => void {
    this.attached = attached;
    this.before = attached.handset.current();
    const forget = attached.handset.watch(() => this.onPhone());
    this.tellStatus();
    return () => {
      forget();
      this.attached = null;
      this.tellStatus();
    };
  }

  /**
   * An access token of who is signed in at the portal; null if the page has none, does not answer in
   * time, or may not. One question at a time: an earlier one is answered by null.
   */
  readonly askToken = (): Promise<string | null> =>
    new Promise((answer) => {
      this.answerToken(null);
      this.asked = { answer, timer: this.giveUpAfter(answerMilliseconds) };
      if (this.isHeard()) this.pressForToken();
    });

  /** The server does not take the token that the page has handed over. */
  refuseToken(): void {
    this.refuse('token');
  }

  tellMissed(count: number): void {
    if (count === this.missed) return;
    this.missed = count;
    this.tellStatus();
  }

  /** Has the portal's page show the phone's window. */
  show(): boolean {
    this.post({ type: 'show' });
    return this.origin !== null;
  }

  /** Calls when the portal's page has answered for the first time. */
  readonly watch = (watcher: () => void): (() => void) => {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  };

  /** Whether a page that may has answered. */
  readonly isHeard = (): boolean => this.origin !== null;

  /** Telephone messages to and from what the portal has beside its page. */
  readonly remote: Remote = {
    post: (body) => this.post({ type: 'remote', body }),
    listen: (listener) => {
      this.remotes.add(listener);
      return () => this.remotes.delete(listener);
    },
  };

  /** Says nothing, and so may be heard by anybody. */
  private greet(): void {
    this.around.other.postMessage(sealed<FromPhone>({ type: 'hello' }), '*');
  }

  private hear({ data, origin, source }: MessageEvent): void {
    if (source !== this.around.other || this.allowed === null) return;
    const message = readPortalMessage(data);
    if (message === 'nothing') return;
    if (!this.all.take()) return this.onFlood(origin);
    this.wasFlood = false;
    if (!this.allowed.includes(origin)) return this.onStranger(origin);
    if (message === 'wrong') return this.refuse('message', origin);
    const isNew = this.origin === null;
    this.origin = origin;
    if (isNew) for (const watcher of this.watchers) watcher();
    if (isNew) this.pressForToken();
    this.obey(message);
  }

  private obey(message: ToPhone): void {
    switch (message.type) {
      case 'hello':
        return this.tellStatus();
      case 'call':
        return this.call(message.number);
      case 'remote':
        for (const listener of this.remotes) listener(message.body);
        return undefined;
      case 'token':
        return this.answerToken(message.token);
    }
  }

  private pressForToken(): void {
    if (this.asked === null) return;
    clearTimeout(this.asked.timer);
    this.asked.timer = this.giveUpAfter(tokenMilliseconds);
    this.post({ type: 'askToken' });
  }

  private giveUpAfter(milliseconds: number): number {
    return window.setTimeout(() => this.answerToken(null), milliseconds);
  }

  private answerToken(token: string | null): void {
    const { asked } = this;
    if (asked === null) return;
    clearTimeout(asked.timer);
    this.asked = null;
    asked.answer(token);
  }

  private call(number: string): void {
    const phone = this.attached?.handset.current();
    if (!isNumber(number)) return this.refuse('number');
    if (phone?.link !== 'ready') return this.refuse('notReady');
    if (callsOf(phone).length > 0) return this.refuse('busy');
    if (!this.calls.take()) return this.refuse('flood');
    this.attached?.dial(number);
  }

  private onPhone(): void {
    const phone = this.attached?.handset.current() ?? null;
    const { before } = this;
    this.before = phone;
    if (phone === null) return;
    this.tellStatus();
    if (phone.over === null || phone.over.id === before?.over?.id) return;
    const { id, outcome } = phone.over;
    const gone = before && callsOf(before).find((call) => call.id === id);
    if (gone) this.post({ type: 'ended', call: seenCall(gone), outcome });
  }

  private tellStatus(): void {
    const phone = this.attached?.handset.current();
    const status = phone ? statusOf(phone, this.missed) : signedOut;
    this.post({ type: 'status', status });
  }

  private onFlood(origin: string): void {
    if (this.wasFlood) return;
    this.wasFlood = true;
    this.refuse('flood', origin);
  }

  /** Each once: a page that is not listed shall not keep this one busy. */
  private onStranger(origin: string): void {
    const isOpaque = origin === 'null' || origin === '';
    if (isOpaque || this.strangers.has(origin) || this.strangers.size > 16) return;
    this.strangers.add(origin);
    this.refuse('origin', origin);
  }

  private refuse(reason: PhoneRefusal, origin = this.origin): void {
    if (origin === null || origin === 'null') return;
    const words = this.around.wordsFor(reason);
    this.around.other.postMessage(sealed<FromPhone>({ type: 'refused', reason, words }), origin);
  }

  private post(message: FromPhone): void {
    if (this.origin !== null) this.around.other.postMessage(sealed(message), this.origin);
  }
}
