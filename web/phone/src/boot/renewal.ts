// SPDX-License-Identifier: Apache-2.0
import { waitBefore } from '@dering/api/event_stream';

export interface Token {
  readonly value: string;
  /** Milliseconds of the clock; null when the issuer did not say. */
  readonly expiresAt: number | null;
  readonly isRenewable: boolean;
}

/** The issuer says that this sign-in is over, or nothing is left to renew it with. */
export class SignInEnded extends Error {
  override readonly name = 'SignInEnded';
}

/**
 * How the sign-in stands. `unreachable`: the issuer does not answer, the token is still good;
 * `expired`: nor is the token. Both pass by themselves. `ended` and `noAccess` do not.
 */
export type Standing = 'good' | 'unreachable' | 'expired' | 'ended' | 'noAccess';
export type End = Extract<Standing, 'ended' | 'noAccess'>;

export const isEnd = (standing: Standing): standing is End =>
  standing === 'ended' || standing === 'noAccess';

/** What is taken from the world, so that a test can give another one. */
export interface Clock {
  now(): number;
  /** From 0 to 1. */
  chance(): number;
}

const longestLead = 100_000;
const longestTimer = 0x7fffffff;
// One failure may be chance, and nobody has to read about it.
const failuresUntilTold = 2;

/** How long before its end a token is renewed: a third of its life leaves room for many attempts. */
export function leadOf(life: number): number {
  return Math.min(longestLead, life / 3);
}

/**
 * Keeps one token fresh. A failure of the network, or of the issuer, is tried again until it works;
 * only the issuer's word that the sign-in is over ends it.
 */
export class Renewal {
  private token: Token | null = null;
  private state: Standing = 'good';
  private running: Promise<string> | null = null;
  private failures = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private expiry: ReturnType<typeof setTimeout> | undefined;
  private onToken: ((token: string) => void) | null = null;
  private readonly watchers = new Set<() => void>();

  constructor(
    private readonly refresh: () => Promise<Token>,
    private readonly clock: Clock = { now: Date.now, chance: Math.random },
  ) {}

  readonly watch = (watcher: () => void): (() => void) => {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  };

  readonly standing = (): Standing => this.state;

  current(): string {
    return this.token?.value ?? '';
  }

  /** A token that was not got by renewing. */
  set(token: Token | null): void {
    this.token = token;
    if (token !== null) this.stand('good');
  }

  /**
   * A new token, now. One renewal at a time: a refresh token that is used twice ends the whole
   * sign-in.
   */
  renew(): Promise<string> {
    if (isEnd(this.state)) return Promise.reject(new SignInEnded());
    this.running ??= this.attempt().finally(() => {
      this.running = null;
    });
    return this.running;
  }

  /**
   * Renews before each expiry until the returned function is called. Only for the tab that owns the
   * telephone: a duplicated tab holds the same refresh token.
   */
  keep(onToken: (token: string) => void): () => void {
    this.onToken = onToken;
    const retry = () => {
      if (this.failures > 0) this.renewAfter(0);
    };
    globalThis.addEventListener('online', retry);
    this.schedule();
    return () => {
      globalThis.removeEventListener('online', retry);
      this.onToken = null;
      this.clear();
    };
  }

  /** The sign-in is over, whoever found out. */
  end(how: End): void {
    if (isEnd(this.state)) return;
    this.clear();
    this.token = null;
    this.stand(how);
  }

  private async attempt(): Promise<string> {
    try {
      const token = await this.refresh();
      if (isEnd(this.state)) throw new SignInEnded();
      this.failures = 0;
      this.set(token);
      this.schedule();
      this.onToken?.(token.value);
      return token.value;
    } catch (error) {
      if (error instanceof SignInEnded) this.end('ended');
      else this.onFailure();
      throw error;
    }
  }

  private onFailure(): void {
    if (isEnd(this.state)) return;
    this.failures++;
    if (this.failures >= failuresUntilTold) this.stand(this.rest() > 0 ? 'unreachable' : 'expired');
    if (this.onToken !== null) this.renewAfter(waitBefore(this.failures - 1, this.clock.chance()));
  }

  /** Milliseconds that the token is still good for. */
  private rest(): number {
    return (this.token?.expiresAt ?? Infinity) - this.clock.now();
  }

  private schedule(): void {
    this.clear();
    if (this.onToken === null || this.token?.expiresAt === null) return;
    const rest = this.rest();
    this.renewAfter(this.token?.isRenewable === true ? rest - leadOf(rest) : rest);
    this.expiry = setTimeout(
      () => {
        if (this.state === 'unreachable') this.stand('expired');
      },
      Math.min(longestTimer, Math.max(0, rest)),
    );
  }

  private renewAfter(milliseconds: number): void {
    clearTimeout(this.timer);
    // Who waits for the token hears of a failure; here the next attempt is the answer.
    const renew = () => void this.renew().catch(() => {});
    this.timer = setTimeout(renew, Math.min(longestTimer, Math.max(0, milliseconds)));
  }

  private clear(): void {
    clearTimeout(this.timer);
    clearTimeout(this.expiry);
  }

  private stand(next: Standing): void {
    if (next === this.state) return;
    this.state = next;
    for (const watcher of this.watchers) watcher();
  }
}
