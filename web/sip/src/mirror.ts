// SPDX-License-Identifier: Apache-2.0
import type { Act } from './act';
import type { Handset, HandsetPictures, HandsetTransfers } from './handset';
import { pageClocks, type Clocks } from './host';
import type { Party } from './party';
import type { Remote } from './remote';
import { idlePhone, isHeldByUs, ringingOf, type Call, type Phone } from './state';
import { parkNumber } from './transfer';
import { readMessage, sealed, type Message, type Place } from './wire';

/** How often a page that is looked at asks whether the telephone is there, and how long it waits. */
const askMilliseconds = 3_000;
const patienceMilliseconds = 4_000;
// Between two messages the time they took differs by less than this; a timer must not jump for it.
const jitterMilliseconds = 1_000;

/**
 * `seeking`: nothing was heard yet, or it was put away and the next one is awaited; `silent`: it does
 * not answer; `older`, `newer`: what the page is that has it, compared with this one.
 */
export type Contact = 'seeking' | 'there' | 'silent' | 'older' | 'newer';

/** What is seen of a telephone from afar. */
export interface View {
  readonly contact: Contact;
  readonly place: Place;
}

interface Options {
  readonly remote: Remote;
  readonly name: string;
  /** Whether a person looks at this page. */
  readonly isVisible: () => boolean;
  readonly clocks?: Clocks;
}

/** A telephone that is in another page: shows what that one tells, and passes on what a person wishes. */
export class Mirror implements Handset {
  private phone: Phone = idlePhone;
  private seen: View = {
    contact: 'seeking',
    place: { microphone: 'unknown', isMute: false, heard: 'well' },
  };
  private term = 0;
  private readonly watchers = new Set<() => void>();
  private readonly clocks: Clocks;
  private stopListening = () => {};
  private asking: ReturnType<typeof setInterval> | undefined;
  private patience: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly options: Options) {
    this.clocks = options.clocks ?? pageClocks;
  }

  open(): void {
    this.stopListening = this.options.remote.listen((value) => this.hear(value));
    this.asking = setInterval(() => this.askIfVisible(), askMilliseconds);
    this.ask();
  }

  readonly watch = (watcher: () => void): (() => void) => {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  };
  readonly current = (): Phone => this.phone;
  readonly view = (): View => this.seen;

  /** Also at once when the person comes back to this page. */
  readonly ask = (): void => {
    const { name, isVisible } = this.options;
    this.post({ kind: 'ask', from: name, isVisible: isVisible() });
    this.patience ??= setTimeout(() => this.onSilence(), patienceMilliseconds);
  };

  close(): void {
    this.post({ kind: 'left', from: this.options.name });
    this.stopListening();
    clearInterval(this.asking);
    this.answered();
  }

  call(party: Party): void {
    this.wish({ kind: 'call', party: plain(party) });
  }
  answer(): void {
    this.ofRinging((id) => ({ kind: 'answer', id }));
  }
  silence(): void {
    this.ofRinging((id) => ({ kind: 'silence', id }));
  }
  decline(how: 'declined' | 'busy' = 'declined', note = ''): void {
    this.ofRinging((id) => ({ kind: 'decline', id, how, note }));
  }
  hangUp(): void {
    this.ofFront(({ id }) => ({ kind: 'hang-up', id }));
  }
  toggleMute(): void {
    this.ofFront((call) =>
      call.kind === 'talking' ? { kind: 'mute', id: call.id, muted: !call.muted } : null,
    );
  }
  toggleHold(): void {
    this.ofFront((call) =>
      call.kind === 'talking' ? { kind: 'hold', id: call.id, held: !isHeldByUs(call) } : null,
    );
  }
  swap(): void {
    this.ofFront(({ id }) => ({ kind: 'swap', id }));
  }
  press(tone: string): void {
    this.ofFront(({ id }) => ({ kind: 'press', id, tone }));
  }
  dismiss(): void {
    const { over } = this.phone;
    if (over !== null) this.wish({ kind: 'dismiss', id: over.id });
  }

  readonly transfers: HandsetTransfers = {
    send: (to) => this.ofFront(({ id }) => ({ kind: 'send', id, to: plain(to) })),
    park: () => this.transfers.send({ number: parkNumber, name: '' }),
    ask: (to) => this.ofFront(({ id }) => ({ kind: 'ask', id, to: plain(to) })),
    connect: () => this.ofFront(({ id }) => ({ kind: 'connect', id })),
    goBack: () => this.ofFront(({ id }) => ({ kind: 'go-back', id })),
    dismiss: () => this.ofFront(({ id }) => ({ kind: 'dismiss-transfer', id })),
  };

  /** No picture comes here, and a browser shows its question in the page that has the telephone. */
  readonly pictures: HandsetPictures = {
    isHere: false,
    show: () => {},
    hide: () => this.ofFront(({ id }) => ({ kind: 'hide', id })),
    dismiss: () => this.ofFront(({ id }) => ({ kind: 'dismiss-picture', id })),
    stream: () => null,
  };

  private ofFront(act: (call: Call) => Act | null): void {
    const { call } = this.phone;
    const wished = call && act(call);
    if (wished !== null) this.wish(wished);
  }

  private ofRinging(act: (id: string) => Act): void {
    const call = ringingOf(this.phone);
    if (call !== null) this.wish(act(call.id));
  }

  private wish(act: Act): void {
    // Of a telephone that does not answer nothing is wished: it might do it much later.
    if (this.seen.contact !== 'there') return;
    this.post({ kind: 'act', term: this.term, at: this.clocks.unix(), act });
    this.ask();
  }

  private askIfVisible(): void {
    if (this.options.isVisible()) this.ask();
  }

  private hear(value: unknown): void {
    const read = readMessage(value);
    switch (read.kind) {
      case 'nothing':
        return;
      case 'older':
      case 'newer':
        // Another mirror is no telephone.
        if (read.says !== 'state') return;
        this.answered();
        return this.lose(read.kind);
      case 'message':
        if (read.message.kind === 'state') return this.onState(read.message);
        if (read.message.kind === 'gone' && read.message.term === this.term) this.lose('seeking');
    }
  }

  private onState(message: Extract<Message, { kind: 'state' }>): void {
    if (message.term < this.term) return;
    this.answered();
    this.term = message.term;
    this.show(this.asOfHere(message.phone, message.clock), {
      contact: 'there',
      place: message.place,
    });
  }

  private onSilence(): void {
    this.patience = undefined;
    this.lose('silent');
  }

  private answered(): void {
    clearTimeout(this.patience);
    this.patience = undefined;
  }

  /** Who leads next may have a clock that went back meanwhile. */
  private lose(contact: Contact): void {
    this.term = 0;
    // Only of one that stands still may what it said last still be true.
    const phone = contact === 'silent' ? this.phone : idlePhone;
    const link = this.phone.link === 'connecting' ? 'connecting' : 'lost';
    this.show({ ...phone, link }, { ...this.seen, contact });
  }

  /** The telephone's clock is another one than this page's. */
  private asOfHere(phone: Phone, clock: number): Phone {
    const shift = this.clocks.now() - clock;
    const moved = <T extends Call | null>(call: T): T => {
      if (call?.kind !== 'talking') return call;
      const before = [this.phone.call, this.phone.other].find((each) => each?.id === call.id);
      const since = call.since + shift;
      const isSame =
        before?.kind === 'talking' && Math.abs(before.since - since) < jitterMilliseconds;
      return { ...call, since: isSame ? before.since : since };
    };
    return { ...phone, call: moved(phone.call), other: moved(phone.other) };
  }

  private show(phone: Phone, seen: View): void {
    const isSamePhone = JSON.stringify(phone) === JSON.stringify(this.phone);
    const isSameView = JSON.stringify(seen) === JSON.stringify(this.seen);
    if (isSamePhone && isSameView) return;
    if (!isSamePhone) this.phone = phone;
    if (!isSameView) this.seen = seen;
    for (const watcher of this.watchers) watcher();
  }

  private post(message: Message): void {
    this.options.remote.post(sealed(message));
  }
}

/** Nothing more than what is said of a party: an object of a list may hold anything. */
const plain = ({ number, name }: Party): Party => ({ number, name });
