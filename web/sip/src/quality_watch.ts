// SPDX-License-Identifier: Apache-2.0
import { Judge, type Counts, type Weakness } from './quality';
import type { Phone, Talking } from './state';

const milliseconds = 5_000;

interface Surroundings {
  readonly measure: (id: string) => Promise<Counts | null>;
  readonly tell: (id: string, weakness: Weakness) => void;
}

/** Looks every five seconds how the sound of the conversation in front gets through. */
export class QualityWatch {
  private call: Talking | null = null;
  private judge: Judge | null = null;
  private timer: ReturnType<typeof setInterval> | undefined;

  constructor(private readonly around: Surroundings) {}

  watch({ call }: Phone): void {
    const next = call?.kind === 'talking' && call.stage === 'connected' ? call : null;
    const isOther = next?.id !== this.call?.id;
    this.call = next;
    // On hold nothing comes, and that is no fault of a line.
    if (next !== null && next.hold !== 'nobody') this.judge?.rest();
    if (!isOther) return;
    clearInterval(this.timer);
    this.judge = null;
    if (next === null) return;
    this.judge = new Judge(() => this.call?.reach.kind === 'terminated');
    this.timer = setInterval(() => void this.look(next.id), milliseconds);
  }

  private async look(id: string): Promise<void> {
    const counts = await this.around.measure(id).catch(() => null);
    if (counts === null || this.call?.id !== id || this.call.hold !== 'nobody') return;
    const weakness = this.judge?.take(counts);
    if (weakness !== undefined) this.around.tell(id, weakness);
  }
}
