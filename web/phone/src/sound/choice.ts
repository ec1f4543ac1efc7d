// SPDX-License-Identifier: Apache-2.0
import type { Wish } from './devices';
import { isRing, type Ring } from './rings';
import { Watched } from './watched';

const storageKey = 'dering.sound';

/** What a person has chosen for the sound of this browser; null is whatever the system uses. */
export interface Choice {
  readonly microphone: Wish | null;
  readonly speaker: Wish | null;
  /** What the telephone rings at, which may be another one than it speaks at. */
  readonly ringer: Wish | null;
  readonly ring: Ring;
  /** Of the ring: 0 to 100. */
  readonly loudness: number;
}

export const untouched: Choice = {
  microphone: null,
  speaker: null,
  ringer: null,
  ring: 'chime',
  loudness: 100,
};

/** What was kept, as far as it can be read. */
export function readChoice(text: string | null): Choice {
  const values = parsed(text);
  const loudness = values['loudness'];
  const ring = values['ring'];
  return {
    microphone: wishOf(values['microphone']),
    speaker: wishOf(values['speaker']),
    ringer: wishOf(values['ringer']),
    ring: isRing(ring) ? ring : untouched.ring,
    loudness:
      typeof loudness === 'number' && loudness >= 0 && loudness <= 100
        ? loudness
        : untouched.loudness,
  };
}

function parsed(text: string | null): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text ?? '{}');
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

function wishOf(value: unknown): Wish | null {
  if (typeof value !== 'object' || value === null) return null;
  const { id, label } = value as Partial<Wish>;
  return typeof id === 'string' && typeof label === 'string' ? { id, label } : null;
}

/** The choice of this browser: kept, the same in all its tabs, and heard of at once. */
class KeptChoice extends Watched<Choice> {
  constructor() {
    super(readChoice(kept()));
    globalThis.addEventListener?.('storage', ({ key }) => {
      if (key === storageKey) this.reload();
    });
  }

  /** Reads again what is kept, which another tab has changed. */
  reload(): void {
    this.set(readChoice(kept()));
  }

  change(part: Partial<Choice>): void {
    const next = { ...this.current(), ...part };
    localStorage.setItem(storageKey, JSON.stringify(next));
    this.set(next);
  }
}

/** A browser that keeps nothing for a page throws; nobody signs in there. */
function kept(): string | null {
  try {
    return localStorage.getItem(storageKey);
  } catch {
    return null;
  }
}

export const choice = new KeptChoice();
