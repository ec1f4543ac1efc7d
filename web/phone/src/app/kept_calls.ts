// SPDX-License-Identifier: Apache-2.0
import { keptShape, type Kept } from '@dering/sip/kept';
import type { Telephone } from '@dering/sip/telephone';

/** More often than the server needs to give a page up that is away. */
const writtenEvery = 5_000;
/** The server waits for half a minute: what is older leads nowhere. */
const freshMilliseconds = 40_000;

const keyOf = (extension: string): string => `dering.calls.${extension}`;

/** The calls that this person talks in, for the page that comes after this one, or for another tab. */
export class KeptCalls {
  private readonly key: string;

  constructor(extension: string) {
    this.key = keyOf(extension);
  }

  /** Empty where there were none, or they are too old. */
  read(now = Date.now()): readonly Kept[] {
    try {
      const { at, calls } = JSON.parse(localStorage.getItem(this.key) ?? '') as Record<
        string,
        unknown
      >;
      const age = typeof at === 'number' ? now - at : Infinity;
      return age >= 0 && age < freshMilliseconds && keptShape(calls) ? calls : [];
    } catch {
      return [];
    }
  }

  /** Follows the telephone until the returned function is called, and leaves what it had written. */
  follow(telephone: Pick<Telephone, 'watch' | 'reentry'>): () => void {
    const write = () => this.write(telephone.reentry.kept());
    const forget = telephone.watch(write);
    const timer = setInterval(write, writtenEvery);
    return () => {
      forget();
      clearInterval(timer);
    };
  }

  private write(calls: readonly Kept[]): void {
    try {
      if (calls.length === 0) localStorage.removeItem(this.key);
      else localStorage.setItem(this.key, JSON.stringify({ at: Date.now(), calls }));
    } catch {
      // Without storage a call ends with its page.
    }
  }
}
