// SPDX-License-Identifier: Apache-2.0
import { deadlineOf, stateOf } from './deadlines';
import type { Account, Line, LineEvent, LineListener, Refusal } from './line';
import { outcomeOfMicrophone, type Outcome } from './outcome';
import { reduce } from './reduce';
import { sealOf } from './seal';
import {
  idlePhone,
  isAnswering,
  isBusy,
  type Link,
  type Party,
  type Phone,
  type PhoneEvent,
} from './state';

/** What the telephone takes from the world, so that a test can give it another one. */
export interface World {
  openLine(listener: LineListener): Line;
  openMicrophone(): Promise<MediaStream>;
  /** The other side's sound; null when the call is over. */
  play(stream: MediaStream | null): void;
  /**
   * Asks the sign-in for a new token after so many refusals; the answer comes as renew().
   * `forbidden`: the server knows who it is, and says no.
   */
  requestToken(refusals: number, forbidden: boolean): void;
  /** Monotonic milliseconds. */
  now(): number;
  newId(): string;
}

/**
 * The telephone: takes commands from the person and events from the line, and keeps one value that
 * can be watched. One call at a time; whoever calls meanwhile hears "busy".
 */
export class Telephone {
  private phone = idlePhone;
  private readonly watchers = new Set<() => void>();
  private readonly line: Line;
  private microphone: MediaStream | null = null;
  private refusals = 0;
  private isRetired = false;
  private deadline: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly world: World) {
    this.line = world.openLine((event) => this.onLine(event));
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
    const call = this.phone.call;
    if (call?.kind === 'ringing-in') this.close(call.id, 'missed', gone);
  }

  /** For a page that goes away or hands over to another tab. */
  stop(): void {
    const call = this.phone.call;
    if (call?.kind === 'ringing-in') this.close(call.id, 'missed', gone);
    else this.hangUp();
    this.line.stop();
    this.apply({ type: 'link', link: 'lost' });
  }

  async call(party: Party): Promise<void> {
    if (isBusy(this.phone)) return;
    const id = this.world.newId();
    this.apply({ type: 'dialled', id, party });
    if (this.isCutOff()) return this.finish(id, 'connection_lost');
    const microphone = await this.openMicrophone(id);
    if (microphone === null) return;
    // The person may have taken a while to allow it.
    if (this.isCutOff()) return this.finish(id, 'connection_lost');
    this.apply({ type: 'sent', id });
    this.line.dial(id, party.number, microphone);
  }

  async answer(): Promise<void> {
    const call = this.phone.call;
    if (call?.kind !== 'ringing-in' || isAnswering(call)) return;
    this.apply({ type: 'answering', id: call.id });
    const microphone = await this.openMicrophone(call.id);
    if (microphone === null) return;
    this.apply({ type: 'connecting', id: call.id });
    this.line.answer(call.id, microphone);
  }

  silence(): void {
    const call = this.phone.call;
    if (call?.kind === 'ringing-in') this.apply({ type: 'silenced', id: call.id });
  }

  /** Ends whatever goes on: gives up, declines or hangs up. */
  hangUp(): void {
    const call = this.phone.call;
    if (call === null || call.kind === 'ended') return;
    switch (call.kind) {
      case 'ringing-in':
        return this.close(call.id, 'turned_down', { status: 603 });
      case 'ringing-out':
        return this.close(call.id, 'cancelled');
      case 'talking':
        return this.close(call.id, 'answered');
    }
  }

  toggleMute(): void {
    const call = this.phone.call;
    if (call?.kind !== 'talking') return;
    this.line.mute(call.id, !call.muted);
    this.apply({ type: 'muted', id: call.id, muted: !call.muted });
  }

  press(tone: string): void {
    const call = this.phone.call;
    if (call?.kind !== 'talking') return;
    this.line.sendTone(call.id, tone);
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
      case 'incoming':
        return this.onIncoming(event.id, event.party);
      case 'heard':
        return this.apply({ type: 'heard', id: event.id });
      case 'ringing':
        return this.apply({ type: 'rings-there', id: event.id });
      case 'remote-stream':
        if (this.isCurrent(event.id)) this.world.play(event.stream);
        return;
      case 'confirmed':
        this.apply({
          type: 'confirmed',
          id: event.id,
          at: this.world.now(),
          stage: event.stage,
        });
        void this.seal(event.id, event.local, event.remote);
        return;
      case 'media':
        return this.apply({ type: 'media', id: event.id, stage: event.stage });
      case 'ended':
        return this.finish(event.id, this.told(event.outcome));
    }
  }

  private onLink(link: Link): void {
    if (!this.isRetired) this.apply({ type: 'link', link });
  }

  private onRefused(forbidden: boolean): void {
    if (!this.isRetired) this.world.requestToken(++this.refusals, forbidden);
  }

  private onIncoming(id: string, party: Party): void {
    if (this.isRetired) return this.line.end(id, gone);
    if (isBusy(this.phone)) return this.line.end(id, { status: 486 });
    this.apply({ type: 'rings-here', id, party });
  }

  // A call that rings here cannot be answered over a dead connection; the server offers it again on
  // the next one. A conversation goes on: its sound does not pass through the connection.
  private onDisconnected(): void {
    this.onLink('lost');
    const call = this.phone.call;
    if (call?.kind === 'ringing-in') this.close(call.id, 'missed', gone);
  }

  /** Nobody waits for a server that said nothing, for a browser's question or for sound for ever. */
  private onDeadline(): void {
    const { call } = this.phone;
    const deadline = deadlineOf(call);
    if (call === null || deadline === null) return;
    const { outcome } = deadline;
    const isTalking = call.kind === 'talking';
    this.close(call.id, outcome, isTalking ? { status: 408, word: 'lost' } : gone);
  }

  /**
   * The call is over here before the line is told: JsSIP says that a call has ended while it is
   * being ended, and knows less about why.
   */
  private close(id: string, outcome: Outcome, why?: Refusal): void {
    this.finish(id, outcome);
    this.line.end(id, why);
  }

  /** The end as the line tells it, where the telephone knows better. */
  private told(outcome: Outcome): Outcome {
    const { call } = this.phone;
    // Only a person cancels and declines, and then the call is over already.
    if (outcome === 'cancelled') return 'connection_lost';
    if (outcome === 'turned_down') return 'missed';
    const hadSound = call?.kind === 'talking' && call.stage !== 'connecting';
    return outcome === 'ice_failed' && hadSound ? 'lost' : outcome;
  }

  private async openMicrophone(id: string): Promise<MediaStream | null> {
    try {
      const microphone = await this.world.openMicrophone();
      if (this.isCurrent(id)) {
        this.microphone = microphone;
        return microphone;
      }
      close(microphone);
    } catch (error) {
      if (!this.isCurrent(id)) return null;
      this.close(id, outcomeOfMicrophone(error), { status: 480, word: 'no_microphone' });
    }
    return null;
  }

  private async seal(id: string, local?: string, remote?: string): Promise<void> {
    const seal = await sealOf(local, remote);
    if (seal !== null) this.apply({ type: 'sealed', id, seal });
  }

  private finish(id: string, outcome: Outcome): void {
    if (!this.isCurrent(id)) return;
    this.apply({ type: 'finished', id, at: this.world.now(), outcome });
    this.world.play(null);
    if (this.microphone !== null) close(this.microphone);
    this.microphone = null;
  }

  private watchState(): void {
    clearTimeout(this.deadline);
    const deadline = deadlineOf(this.phone.call);
    if (deadline === null) return;
    this.deadline = setTimeout(() => this.onDeadline(), deadline.milliseconds);
  }

  private isCutOff(): boolean {
    return this.phone.link !== 'ready';
  }

  private isCurrent(id: string): boolean {
    return this.phone.call?.id === id && isBusy(this.phone);
  }

  private apply(event: PhoneEvent): void {
    const next = reduce(this.phone, event);
    if (next === this.phone) return;
    const isNew = stateOf(next.call) !== stateOf(this.phone.call);
    this.phone = next;
    if (isNew) this.watchState();
    for (const watcher of this.watchers) watcher();
  }
}

/** 410: nobody declined, and the other phones of this person go on ringing. */
const gone: Refusal = { status: 410 };

function close(microphone: MediaStream): void {
  for (const track of microphone.getTracks()) track.stop();
}
