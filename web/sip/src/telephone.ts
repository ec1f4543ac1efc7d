// SPDX-License-Identifier: Apache-2.0
import { deadlineOf, Deadlines } from './deadlines';
import type { Account, Line, LineEvent, Refusal } from './line';
import { outcomeOfMicrophone, type Outcome } from './outcome';
import { outcomeTold } from './outcome_told';
import { QualityWatch } from './quality_watch';
import { reduce } from './reduce';
import { Seals } from './seal';
import { closeMicrophone, Sounds } from './sounds';
import {
  callOf,
  callsOf,
  hasRoom,
  idlePhone,
  isAnswering,
  isHeldByUs,
  ringingOf,
  type Call,
  type Link,
  type Party,
  type Phone,
  type PhoneEvent,
} from './state';
import { Transfers } from './transfers';
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
  readonly transfers: Transfers;
  private refusals = 0;
  private isRetired = false;

  constructor(private readonly world: World) {
    this.line = world.openLine((event) => this.onLine(event));
    this.sounds = new Sounds((stream) => world.play(stream));
    this.quality = new QualityWatch({
      measure: (id) => this.line.measure(id),
      tell: (id, weakness) => this.apply({ type: 'weakness', id, weakness }),
      report: (id, counts) => this.line.report(id, counts),
    });
    this.transfers = new Transfers(this, this.line, (event) => this.apply(event));
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

  /** For a page that goes away or hands over to another tab. */
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
    const microphone = await this.openMicrophone(id);
    if (microphone === null) return;
    // The person may have taken a while to allow it.
    if (this.isCutOff()) return this.finish(id, 'connection_lost');
    this.holdAllBut(id);
    this.apply({ type: 'sent', id });
    this.line.dial(id, party.number, microphone);
  }

  /** Of a call that waits: puts the conversation on hold first. */
  async answer(): Promise<void> {
    const call = ringingOf(this.phone);
    if (call === null || isAnswering(call)) return;
    this.apply({ type: 'answering', id: call.id });
    const microphone = await this.openMicrophone(call.id);
    if (microphone === null) return;
    this.holdAllBut(call.id);
    this.apply({ type: 'connecting', id: call.id });
    this.line.answer(call.id, microphone);
  }

  silence(): void {
    const call = ringingOf(this.phone);
    if (call !== null) this.apply({ type: 'silenced', id: call.id });
  }

  /** Sends away whoever rings here: for good, or to another phone of the person. */
  decline(how: 'declined' | 'busy' = 'declined'): void {
    const call = ringingOf(this.phone);
    const status = how === 'busy' ? 486 : 603;
    if (call !== null) this.close(call.id, 'turned_down', { status });
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

  toggleHold(): void {
    const { call } = this.phone;
    if (call?.kind === 'talking') this.hold(call, !isHeldByUs(call));
  }

  /** Goes on with the conversation that is on hold, and holds this one. */
  swap(): void {
    const { call, other } = this.phone;
    if (call?.kind !== 'talking' || other?.kind !== 'talking') return;
    this.hold(call, true);
    this.apply({ type: 'swapped' });
    this.hold(other, false);
  }

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
        return this.onLink('ready');
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
        return this.apply({ ...event, at: this.world.now() });
      case 'described':
        if (this.goesOn(id)) void this.seals.make(id, event.local, event.remote);
        return;
      case 'held':
        return this.apply({ ...event, by: 'them' });
      case 'ended':
        return this.finish(id, outcomeTold(callOf(this.phone, id), event.outcome));
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
    switch (call.kind) {
      case 'ringing-in':
        return this.close(call.id, 'turned_down', { status: 603 });
      case 'ringing-out':
        return this.close(call.id, 'cancelled');
      case 'talking':
        return this.close(call.id, 'answered');
    }
  }

  private holdAllBut(id: string): void {
    for (const call of callsOf(this.phone)) {
      if (call.id !== id && call.kind === 'talking') this.hold(call, true);
    }
  }

  private hold(call: Call, held: boolean): void {
    this.line.hold(call.id, held);
    this.apply({ type: 'held', id: call.id, by: 'us', held });
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
    this.finish(id, outcome);
    this.line.end(id, why);
  }

  private async openMicrophone(id: string): Promise<MediaStream | null> {
    try {
      const microphone = await this.world.openMicrophone();
      if (this.goesOn(id)) {
        this.sounds.keep(id, microphone);
        return microphone;
      }
      closeMicrophone(microphone);
    } catch (error) {
      if (!this.goesOn(id)) return null;
      this.close(id, outcomeOfMicrophone(error), { status: 480, word: 'no_microphone' });
    }
    return null;
  }

  private finish(id: string, outcome: Outcome): void {
    const call = callOf(this.phone, id);
    if (call === null) return;
    this.sounds.close(id);
    this.seals.forget(id);
    this.apply({ type: 'finished', id, at: this.world.now(), outcome });
    this.transfers.onOver(call);
  }

  private readonly isCutOff = (): boolean => this.phone.link !== 'ready';

  private goesOn(id: string): boolean {
    return callOf(this.phone, id) !== null;
  }

  private apply(event: PhoneEvent): void {
    const next = reduce(this.phone, event);
    if (next === this.phone) return;
    this.phone = next;
    this.deadlines.watch(next);
    this.sounds.watch(next);
    this.quality.watch(next);
    for (const watcher of this.watchers) watcher();
  }
}

/** Nobody declined, and the other phones of this person go on ringing. */
const gone: Refusal = { status: 410 };
