// SPDX-License-Identifier: Apache-2.0
import { isWeak, Judge, type Counts, type Weakness } from './quality';
import { callsOf, type Away, type Phone, type Talking } from './state';

const milliseconds = 5_000;
/** Looks after which the server is told what was counted: after ten seconds, and every thirty. */
const firstTold = 2;
const toldEach = 6;

interface Surroundings {
  readonly measure: (id: string) => Promise<Counts | null>;
  readonly tell: (id: string, weakness: Weakness) => void;
  /** For the record of a sealed call, of which nobody else can tell. */
  readonly report: (id: string, counts: Counts) => void;
  readonly tellAway: (id: string, away: Away) => void;
}

/** Looks every five seconds how the sound of the conversation in front gets through. */
export class QualityWatch {
  private call: Talking | null = null;
  private judge: Judge | null = null;
  private phone: Phone | null = null;
  /** Whose line the server finds weak: it sees the far one too where sound ends there. */
  private readonly told = { ours: false, theirs: false };
  private judged: Weakness = 'none';
  private looks = 0;
  private timer: ReturnType<typeof setInterval> | undefined;

  constructor(private readonly around: Surroundings) {}

  watch(phone: Phone): void {
    const { call } = phone;
    this.phone = phone;
    const next = call?.kind === 'talking' && call.stage === 'connected' ? call : null;
    const isOther = next?.id !== this.call?.id;
    this.call = next;
    // On hold nothing comes, and that is no fault of a line.
    if (next !== null && next.hold !== 'nobody') this.judge?.rest();
    if (!isOther) return;
    this.told.ours = this.told.theirs = false;
    this.judged = 'none';
    this.looks = 0;
    clearInterval(this.timer);
    this.judge = null;
    if (next === null) return;
    this.judge = new Judge(() => this.call?.reach.kind === 'terminated');
    this.timer = setInterval(() => void this.look(next.id), milliseconds);
  }

  /** What was counted so far of the conversation in front; null where there is none. */
  readonly measure = (): Promise<Counts | null> =>
    this.call === null ? Promise.resolve(null) : this.around.measure(this.call.id);

  /** What the server says of the conversation in front. */
  hear(whose: 'ours' | 'theirs', isFound: boolean): void {
    this.told[whose] = isFound;
    this.tell();
  }

  /** Of whom one talks with the server says that they cannot be reached, or are back. */
  hearAway(number: string, away: Away): void {
    for (const call of this.phone === null ? [] : callsOf(this.phone)) {
      const isIt = number === '' || call.party.number === number;
      if (call.kind === 'talking' && isIt) this.around.tellAway(call.id, away);
    }
  }

  private tell(): void {
    if (this.call === null || this.call.hold !== 'nobody') return;
    const { ours, theirs } = this.told;
    const heard = ours ? 'ours' : theirs ? 'theirs' : 'none';
    const isOnlyHeard = heard !== 'none' && !isWeak(this.judged);
    this.around.tell(this.call.id, isOnlyHeard ? heard : this.judged);
  }

  private report(counts: Counts): void {
    this.looks += 1;
    if (this.call?.reach.kind !== 'sealed' || this.looks % toldEach !== firstTold) return;
    this.around.report(this.call.id, counts);
  }

  private async look(id: string): Promise<void> {
    const counts = await this.around.measure(id).catch(() => null);
    if (counts === null || this.call?.id !== id) return;
    this.report(counts);
    if (this.call.hold !== 'nobody') return;
    const weakness = this.judge?.take(counts);
    if (weakness === undefined) return;
    this.judged = weakness;
    this.tell();
  }
}
