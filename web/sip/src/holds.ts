// SPDX-License-Identifier: Apache-2.0
import type { Line } from './line';
import { callsOf, isHeldByUs, type Phone, type PhoneEvent, type Talking } from './state';

interface Hands {
  readonly current: () => Phone;
  readonly apply: (event: PhoneEvent) => void;
}

/** Who waits here, by the wish of the person. */
export class Holds {
  constructor(
    private readonly line: Pick<Line, 'hold'>,
    private readonly hands: Hands,
  ) {}

  toggle(): void {
    const { call } = this.hands.current();
    if (call?.kind === 'talking') this.set(call, !isHeldByUs(call));
  }

  swap(): void {
    const { call, other } = this.hands.current();
    if (call?.kind !== 'talking' || other?.kind !== 'talking') return;
    this.set(call, true);
    this.hands.apply({ type: 'swapped' });
    this.set(other, false);
  }

  allBut(id: string): void {
    for (const call of callsOf(this.hands.current())) {
      if (call.id !== id && call.kind === 'talking') this.set(call, true);
    }
  }

  private set({ id }: Talking, held: boolean): void {
    this.line.hold(id, held);
    this.hands.apply({ type: 'held', id, by: 'us', held });
  }
}
