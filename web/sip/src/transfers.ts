// SPDX-License-Identifier: Apache-2.0
import type { Line } from './line';
import { callOf, isHeldByUs, type Call, type Party, type Phone, type PhoneEvent } from './state';
import { canSendOn, isConsultation, isToResume, isUnderWay, pairOf } from './joining';
import { parkNumber, type Transfer, type TransferNews } from './transfer';

/** The server tells how it ends within five minutes; this is for one that forgot. */
export const unheardMilliseconds = 330_000;

/** What a person can do with the call in front. */
interface Hands {
  readonly current: () => Phone;
  call(party: Party, consults: string): Promise<void>;
  toggleHold(): void;
  hangUp(): void;
  dismiss(): void;
}

/** Sends somebody on to somebody else, and follows what the server makes of it. One at a time. */
export class Transfers {
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly hands: Hands,
    private readonly line: Pick<Line, 'transfer'>,
    private readonly apply: (event: PhoneEvent) => void,
  ) {}

  /** Now, whether anybody answers there or not. */
  send(to: Party): void {
    const phone = this.hands.current();
    if (phone.call === null || phone.other !== null || !canSendOn(phone)) return;
    this.begin(phone.call, { to, asked: null, resumes: false });
  }

  /** To wait at a place where anybody can take the call. */
  park(): void {
    this.send({ number: parkNumber, name: '' });
  }

  /** Holds the conversation, and calls that person to ask first. */
  async ask(to: Party): Promise<void> {
    const phone = this.hands.current();
    if (phone.call !== null && canSendOn(phone)) await this.hands.call(to, phone.call.id);
  }

  /** Connects the two with each other, and leaves both. */
  connect(): void {
    const phone = this.hands.current();
    const pair = pairOf(phone);
    if (pair === null || phone.link !== 'ready') return;
    const { held, asked } = pair;
    const resumes = isHeldByUs(held) && asked.consults === held.id;
    this.begin(held, { to: asked.party, asked: asked.id, resumes });
  }

  /** Leaves whom one asks, and goes on with who waits. */
  goBack(): void {
    const { call, other } = this.hands.current();
    if (!isConsultation(call, other) || isUnderWay(other)) return;
    this.hands.hangUp();
    this.hands.dismiss();
  }

  /** Takes away what was said of one that failed. */
  dismiss(): void {
    const { call, other } = this.hands.current();
    for (const each of [call, other]) {
      if (each?.kind !== 'talking' || each.transfer?.stage !== 'failed') continue;
      this.apply({ type: 'transfer', id: each.id, transfer: null });
    }
  }

  onNews(id: string, news: TransferNews): void {
    const call = callOf(this.hands.current(), id);
    const transfer = call?.kind === 'talking' && isUnderWay(call) ? call.transfer : null;
    if (transfer === null || transfer.stage === 'done') return;
    const why = news.kind === 'failed' ? news.why : null;
    this.apply({ type: 'transfer', id, transfer: { ...transfer, stage: news.kind, why } });
    if (news.kind === 'ringing') return;
    clearTimeout(this.timer);
    if (transfer.resumes) this.resume(id);
  }

  /** A call is over: who was on hold for its sake alone is talked with again. */
  onOver(call: Call): void {
    if (call.kind !== 'ringing-in' && call.consults !== null) this.resume(call.consults);
  }

  private begin(call: Call, { to, asked, resumes }: Pick<Transfer, 'to' | 'asked' | 'resumes'>) {
    const { id } = call;
    const transfer: Transfer = { to, stage: 'asked', why: null, asked, resumes };
    this.apply({ type: 'transfer', id, transfer });
    clearTimeout(this.timer);
    this.timer = setTimeout(
      () => this.onNews(id, { kind: 'failed', why: 'unheard' }),
      unheardMilliseconds,
    );
    this.line.transfer(id, to.number, asked);
  }

  private resume(id: string): void {
    const { call } = this.hands.current();
    if (call?.id === id && isToResume(call)) this.hands.toggleHold();
  }
}
