// SPDX-License-Identifier: Apache-2.0
import { keptOf, returningOf, type Kept, type Now } from './kept';
import type { Line, Refusal } from './line';
import type { Outcome } from './outcome';
import { callOf, callsOf, isHeldByUs, isReturning, type Phone, type PhoneEvent } from './state';

/** For so long the server keeps a call whose page is away. */
const longestAway = 30_000;
/** A browser that gives the microphone without a question needs less. */
const askingMilliseconds = 1_000;

interface Hands {
  readonly current: () => Phone;
  readonly apply: (event: PhoneEvent) => void;
  /** Ends the call in words where there is none. */
  readonly openMicrophone: (id: string) => Promise<MediaStream | null>;
  readonly now: () => Now;
}

interface Return {
  readonly kept: Kept;
  microphone: MediaStream | null;
  isAsked: boolean;
}

/** A call that its person has ended before the page was back in it. */
interface Leaving {
  readonly kept: Kept;
  readonly why: Refusal | undefined;
  readonly since: number;
}

/**
 * Brings a page that was loaded anew back into its calls, or a tab that leads since another one was
 * closed or gave way: each by an INVITE that takes the place of the dialog that was.
 */
export class Reentry {
  private readonly returns = new Map<string, Return>();
  private leaving: readonly Leaving[] = [];

  constructor(
    private readonly line: Pick<Line, 'dialog' | 'resume' | 'leave'>,
    private readonly hands: Hands,
  ) {}

  begin(calls: readonly Kept[]): void {
    const [front, other] = calls;
    if (front === undefined || this.hands.current().call !== null) return;
    const now = this.hands.now();
    this.hands.apply({
      type: 'returning',
      call: returningOf(front, now),
      other: other === undefined ? null : returningOf(other, now),
    });
    for (const kept of calls.slice(0, 2)) void this.open(kept);
  }

  /** The line is there: whatever waits for it goes out, or once more where a connection took it. */
  onReady(): void {
    this.sayFarewell();
    for (const id of this.returns.keys()) this.send(id);
  }

  onConfirmed(id: string): void {
    this.returns.delete(id);
  }

  /** True if the call is not over: what asked for it went with its connection. */
  onEnded(id: string, outcome: Outcome): boolean {
    const its = this.returns.get(id);
    if (its === undefined || outcome !== 'connection_lost') return false;
    its.isAsked = false;
    return true;
  }

  /**
   * The call is over before the page was back in it, which the server knows of by the dialog that was
   * alone: it is told there, as soon as it can be. To give up the question for it would end nothing.
   */
  leave(id: string, why?: Refusal): void {
    const kept = this.returns.get(id)?.kept;
    if (kept === undefined) return;
    this.returns.delete(id);
    this.leaving = [...this.leaving, { kept, why, since: this.hands.now().own }];
    if (this.hands.current().link === 'ready') this.sayFarewell();
  }

  onOver(id: string): void {
    this.returns.delete(id);
  }

  /** What the next page must know of the calls there are; the one in front comes first. */
  kept(): readonly Kept[] {
    return callsOf(this.hands.current()).flatMap((call) => {
      if (call.kind !== 'talking') return [];
      const before = isReturning(call) ? this.returns.get(call.id)?.kept : undefined;
      return before ?? keptOf(call, this.line.dialog(call.id), this.hands.now()) ?? [];
    });
  }

  /** Again on each connection that may have taken it; the server takes it once. */
  private sayFarewell(): void {
    const now = this.hands.now().own;
    this.leaving = this.leaving.filter(({ since }) => now - since < longestAway);
    for (const { kept, why } of this.leaving) this.line.leave(kept.dialog, why);
  }

  private async open(kept: Kept): Promise<void> {
    const { id } = kept;
    const its: Return = { kept, microphone: null, isAsked: false };
    this.returns.set(id, its);
    const timer = setTimeout(() => this.stage(id, 'asking'), askingMilliseconds);
    its.microphone = await this.hands.openMicrophone(id);
    clearTimeout(timer);
    this.stage(id, 'returning');
    this.send(id);
  }

  private stage(id: string, stage: 'asking' | 'returning'): void {
    const call = callOf(this.hands.current(), id);
    if (call !== null && isReturning(call)) this.hands.apply({ type: 'media', id, stage });
  }

  private send(id: string): void {
    const its = this.returns.get(id);
    const phone = this.hands.current();
    const call = callOf(phone, id);
    if (its === undefined || its.microphone === null || its.isAsked) return;
    if (phone.link !== 'ready' || call?.kind !== 'talking') return;
    its.isAsked = true;
    // The person may have muted or held it meanwhile.
    this.line.resume({ ...its.kept, muted: call.muted, held: isHeldByUs(call) }, its.microphone);
  }
}
