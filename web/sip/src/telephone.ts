// SPDX-License-Identifier: Apache-2.0
import { deadlineOf, Deadlines } from './deadlines';
import { Holds } from './holds';
import type { Account, Line, LineEvent, Refusal } from './line';
import { Microphones } from './microphones';
import { PictureShow } from './picture_show';
import type { Outcome } from './outcome';
import { outcomeTold } from './outcome_told';
import { QualityWatch } from './quality_watch';
import { reduce } from './reduce';
import { Reentry } from './reentry';
import { Seals } from './seal';
import { Sounds } from './sounds';
import {
  callOf,
  callsOf,
  hasRoom,
  idlePhone,
  isAnswering,
  ringingOf,
  type Call,
  type Link,
  type Party,
  type Phone,
  type PhoneEvent,
} from './state';
import { Transfers } from './transfers';
import { gone, wishedEnd } from './wished_end';
import type { World } from './world';

/**
 * The telephone: takes commands from the person and events from the line, and keeps one value that
 * can be watched. Two calls at most, of which one has sound; whoever calls then hears "busy".
 */
export class Telephone {
  private phone = idlePhone;
  private readonly watchers = new Set<() => void>();
  private readonly line: Line;
  private readonly sounds: Sounds;
  private readonly deadlines = new Deadlines((id) => this.onDeadline(id));
  private readonly seals = new Seals((id, seal) => this.apply({ type: 'sealed', id, seal }));
  readonly quality: QualityWatch;
  readonly microphones: Microphones;
  readonly transfers: Transfers;
  readonly pictures: PictureShow;
  readonly reentry: Reentry;
  private readonly holds: Holds;
  private refusals = 0;
  private isRetired = false;
  private isHandedOver = false;

  constructor(private readonly world: World) {
    this.line = world.openLine((event) => this.onLine(event));
    this.sounds = new Sounds(world);
    this.microphones = new Microphones({
      line: this.line,
      sounds: this.sounds,
      open: (isGone) => world.openMicrophone(isGone),
      goesOn: this.goesOn,
      onDenied: (id, outcome) => this.close(id, outcome, { status: 480, word: 'no_microphone' }),
    });
    this.quality = new QualityWatch({
      measure: (id) => this.line.measure(id),
      tell: (id, weakness) => this.apply({ type: 'weakness', id, weakness }),
      report: (id, counts) => this.line.report(id, counts),
      tellAway: (id, away) => this.apply({ type: 'away', id, away }),
    });
    this.transfers = new Transfers(this, this.line, (event) => this.apply(event));
    const hands = { current: this.current, apply: (event: PhoneEvent) => this.apply(event) };
    this.holds = new Holds(this.line, hands);
    this.pictures = new PictureShow({ ...hands, line: this.line, open: world.openPicture });
    this.reentry = new Reentry(this.line, {
      ...hands,
      openMicrophone: (id) => this.microphones.open(id),
      now: () => ({ own: world.now(), unix: world.unix() }),
    });
  }

  readonly watch = (watcher: () => void): (() => void) => {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  };

  readonly current = (): Phone => this.phone;

  start(account: Account): void {
    this.line.start(account);
  }

  renew(token: string): void {
    this.line.renew(token);
  }

  /** The sign-in is over: nobody calls or is called any more, but a conversation may end in peace. */
  retire(): void {
    if (this.isRetired) return;
    this.isRetired = true;
    this.apply({ type: 'link', link: 'signedOut' });
    this.line.retire();
    this.letRingingGo();
  }

  /**
   * Another tab leads from now on, and comes into the calls that go on here: they last until it is
   * there. Whoever cannot come loses them, as any page that stays away.
   */
  handOver(): void {
    this.isRetired = true;
    this.letRingingGo();
    for (const call of callsOf(this.phone)) if (call.kind !== 'talking') this.endAsWished(call);
    this.line.release();
    this.isHandedOver = true;
    if (this.phone.call === null) this.stop();
    else setTimeout(() => this.stop(), handingOver);
  }

  /** For a page that goes away for good. */
  stop(): void {
    this.letRingingGo();
    for (const call of callsOf(this.phone)) this.endAsWished(call);
    this.line.stop();
    this.apply({ type: 'link', link: 'lost' });
  }

  /** In a conversation: puts it on hold first. `consults`: the one about which somebody is asked. */
  async call(party: Party, consults: string | null = null): Promise<void> {
    if (!hasRoom(this.phone)) return;
    const id = this.world.newId();
    this.apply({ type: 'dialled', id, party, consults });
    if (this.isCutOff()) return this.finish(id, 'connection_lost');
    const microphone = await this.microphones.open(id);
    if (microphone === null) return;
    // The person may have taken a while to allow it.
    if (this.isCutOff()) return this.finish(id, 'connection_lost');
    this.holds.allBut(id);
    this.apply({ type: 'sent', id });
    this.line.dial(id, party.number, microphone);
  }

  /** Of a call that waits: puts the conversation on hold first. */
  async answer(): Promise<void> {
    const call = ringingOf(this.phone);
    if (call === null || isAnswering(call)) return;
    this.apply({ type: 'answering', id: call.id });
    const microphone = await this.microphones.open(call.id);
    if (microphone === null) return;
    this.holds.allBut(call.id);
    this.apply({ type: 'connecting', id: call.id });
    this.line.answer(call.id, microphone);
  }

  silence(): void {
    const call = ringingOf(this.phone);
    if (call !== null) this.apply({ type: 'silenced', id: call.id });
  }

  /** Sends away whoever rings here: for good, with a word if there is one, or to another phone of the person. */
  decline(how: 'declined' | 'busy' = 'declined', note = ''): void {
    const call = ringingOf(this.phone);
    const why: Refusal = how === 'busy' ? { status: 486 } : { status: 603, ...(note && { note }) };
    if (call !== null) this.close(call.id, 'turned_down', why);
  }

  /** Ends what goes on in front: gives up, declines or hangs up. */
  hangUp(): void {
    const { call } = this.phone;
    if (call !== null) this.endAsWished(call);
  }

  toggleMute(): void {
    const { call } = this.phone;
    if (call?.kind !== 'talking') return;
    this.line.mute(call.id, !call.muted);
    this.apply({ type: 'muted', id: call.id, muted: !call.muted });
  }

  readonly toggleHold = (): void => this.holds.toggle();

  /** Goes on with the conversation that is on hold, and holds this one. */
  readonly swap = (): void => this.holds.swap();

  press(tone: string): void {
    const { call } = this.phone;
    if (call?.kind !== 'talking' || !this.line.sendTone(call.id, tone)) return;
    this.apply({ type: 'tone', id: call.id, tone });
  }

  /** Closes the card of the last call. */
  dismiss(): void {
    this.apply({ type: 'dismissed' });
  }

  private onLine(event: LineEvent): void {
    switch (event.type) {
      case 'registered':
        this.refusals = 0;
        this.onLink('ready');
        return this.reentry.onReady();
      case 'connecting':
        if (this.phone.link !== 'lost') this.onLink('connecting');
        return;
      case 'disconnected':
        this.onDisconnected();
        if (event.signedOut === true) this.onRefused(false);
        return;
      case 'doubted':
        return this.onLink('lost');
      case 'refused':
        this.onLink('refused');
        return this.onRefused(event.forbidden === true);
      default:
        return this.onCall(event);
    }
  }

  private onCall(event: Extract<LineEvent, { id: string }>): void {
    const { id } = event;
    switch (event.type) {
      case 'incoming':
        return this.onIncoming(event);
      case 'ringing':
        return this.apply({ type: 'rings-there', id, early: event.early });
      case 'remote-stream':
        if (this.goesOn(id)) this.sounds.arrived(id, event.stream);
        return this.sounds.watch(this.phone);
      case 'confirmed':
        this.reentry.onConfirmed(id);
        return this.apply({ ...event, at: this.world.now() });
      case 'described':
        if (this.goesOn(id)) void this.seals.make(id, event.local, event.remote);
        return;
      case 'held':
        return this.apply({ ...event, by: 'them' });
      case 'ended':
        if (this.reentry.onEnded(id, event.outcome)) return;
        return this.finish(id, outcomeTold(callOf(this.phone, id), event.outcome), event.note);
      case 'their-picture':
      case 'not-shown':
        return this.pictures.hear(event);
      case 'transfer':
        return this.transfers.onNews(id, event.news);
      default:
        return this.apply(event);
    }
  }

  private onLink(link: Link): void {
    if (!this.isRetired) this.apply({ type: 'link', link });
  }

  private onRefused(forbidden: boolean): void {
    if (!this.isRetired) this.world.requestToken(++this.refusals, forbidden);
  }

  private onIncoming(event: Extract<LineEvent, { type: 'incoming' }>): void {
    const { id, party, reach, sent = null } = event;
    if (this.isRetired) return this.line.end(id, gone);
    if (!hasRoom(this.phone)) return this.line.end(id, { status: 486 });
    this.apply({ type: 'rings-here', id, party, reach, sent });
  }

  // A call that rings here cannot be answered over a dead connection; the server offers it again on
  // the next one. A conversation goes on: its sound does not pass through the connection.
  private onDisconnected(): void {
    this.onLink('lost');
    this.letRingingGo();
  }

  private letRingingGo(): void {
    const call = ringingOf(this.phone);
    if (call !== null) this.close(call.id, 'missed', gone);
  }

  private endAsWished(call: Call): void {
    const { outcome, why } = wishedEnd(call);
    this.close(call.id, outcome, why);
  }

  /** Nobody waits for a server that said nothing, for a browser's question or for sound for ever. */
  private onDeadline(id: string): void {
    const call = callOf(this.phone, id);
    const deadline = call && deadlineOf(call);
    if (!deadline) return;
    const why: Refusal = call.kind === 'talking' ? { status: 408, word: 'lost' } : gone;
    this.close(id, deadline.outcome, why);
  }

  /**
   * The call is over here before the line is told: JsSIP says that a call has ended while it is
   * being ended, and knows less about why.
   */
  private close(id: string, outcome: Outcome, why?: Refusal): void {
    this.reentry.leave(id, why);
    this.finish(id, outcome);
    this.line.end(id, why);
  }

  private finish(id: string, outcome: Outcome, note: string | null = null): void {
    const call = callOf(this.phone, id);
    if (call === null) return;
    this.sounds.close(id);
    this.seals.forget(id);
    this.apply({ type: 'finished', id, at: this.world.now(), outcome, note });
    this.reentry.onOver(id);
    this.transfers.onOver(call);
    if (this.isHandedOver && this.phone.call === null) this.line.stop();
  }

  private readonly goesOn = (id: string): boolean => callOf(this.phone, id) !== null;

  private readonly isCutOff = (): boolean => this.phone.link !== 'ready';

  private apply(event: PhoneEvent): void {
    const next = reduce(this.phone, event);
    if (next === this.phone) return;
    this.phone = next;
    this.deadlines.watch(next);
    this.sounds.watch(next);
    this.quality.watch(next);
    this.pictures.watch(next);
    for (const watcher of this.watchers) watcher();
  }
}

/** Longer than the other tab has for coming back. */
const handingOver = 35_000;
