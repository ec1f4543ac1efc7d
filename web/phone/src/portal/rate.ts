// SPDX-License-Identifier: Apache-2.0

/** So many at once, and so many each second after that. */
export class Rate {
  private filledAt = 0;
  private left: number;

  constructor(
    private readonly most: number,
    private readonly eachSecond: number,
    private readonly now: () => number,
  ) {
    this.left = most;
    this.filledAt = now();
  }

  take(): boolean {
    const now = this.now();
    const gained = ((now - this.filledAt) / 1000) * this.eachSecond;
    this.left = Math.min(this.most, this.left + gained);
    this.filledAt = now;
    if (this.left < 1) return false;
    this.left -= 1;
    return true;
  }
}
