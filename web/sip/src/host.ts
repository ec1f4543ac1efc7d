// SPDX-License-Identifier: Apache-2.0
import { obey, type Act } from './act';
import type { Handset } from './handset';
import type { Remote } from './remote';
import { readMessage, sealed, type Message, type Place } from './wire';

// A wish that lay in a page which stood still must not be done when nobody wishes it any more.
const freshMilliseconds = 5_000;
/** A mirror asks every few seconds while it is looked at. */
const lookMilliseconds = 10_000;
const mostMirrors = 100;

export interface Clocks {
  /** The telephone's clock, in milliseconds. */
  readonly now: () => number;
  /** Unix milliseconds: the same in all pages of a machine. */
  readonly unix: () => number;
}

export const pageClocks: Clocks = { now: () => performance.now(), unix: () => Date.now() };

interface Options {
  readonly handset: Handset;
  readonly remote: Remote;
  readonly clocks?: Clocks;
}

/** Lets other pages see the telephone of this one and use it. */
export class Host {
  private readonly handset: Handset;
  private readonly remote: Remote;
  private readonly clocks: Clocks;
  /** Later hosts have higher ones. */
  private readonly term: number;
  private place: Place = { microphone: 'unknown', isMute: false, heard: 'well' };
  /** Until when each mirror counts as looked at. */
  private readonly looks = new Map<string, number>();
  private readonly forget: readonly (() => void)[];

  constructor({ handset, remote, clocks = pageClocks }: Options) {
    this.handset = handset;
    this.remote = remote;
    this.clocks = clocks;
    this.term = clocks.unix();
    this.forget = [remote.listen((value) => this.hear(value)), handset.watch(() => this.tell())];
    this.tell();
  }

  setPlace(place: Place): void {
    this.place = place;
    this.tell();
  }

  /** Whether a person has one of the mirrors before their eyes. */
  readonly isLookedAt = (): boolean => {
    const now = this.clocks.unix();
    return [...this.looks.values()].some((until) => until > now);
  };

  close(): void {
    this.post({ kind: 'gone', term: this.term });
    for (const each of this.forget) each();
  }

  private tell(): void {
    const { term, place } = this;
    const phone = this.handset.current();
    this.post({ kind: 'state', term, clock: this.clocks.now(), phone, place });
  }

  private hear(value: unknown): void {
    const read = readMessage(value);
    // A page of another version learns from the answer that it is one.
    if (read.kind !== 'message' && read.kind !== 'nothing' && read.says === 'ask') this.tell();
    if (read.kind !== 'message') return;
    const { message } = read;
    switch (message.kind) {
      case 'ask':
        this.look(message.from, message.isVisible);
        return this.tell();
      case 'left':
        this.looks.delete(message.from);
        return;
      case 'act':
        if (message.term === this.term) this.act(message.act, message.at);
        return;
      case 'state':
      case 'gone':
        return;
    }
  }

  private act(act: Act, at: number): void {
    if (Math.abs(this.clocks.unix() - at) <= freshMilliseconds) obey(this.handset, act);
  }

  private look(from: string, isVisible: boolean): void {
    this.looks.delete(from);
    const [eldest] = this.looks.keys();
    if (this.looks.size >= mostMirrors && eldest !== undefined) this.looks.delete(eldest);
    if (isVisible) this.looks.set(from, this.clocks.unix() + lookMilliseconds);
  }

  private post(message: Message): void {
    this.remote.post(sealed(message));
  }
}
