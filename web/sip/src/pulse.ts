// SPDX-License-Identifier: Apache-2.0

// RFC 5626 §3.5.1: the server answers these two line ends with one. The browser's own WebSocket
// pings can be neither sent nor seen from a page.
const ping = '\r\n\r\n';
// A connection that died without a word is noticed within half a minute; a hidden page, whose timers
// come once a minute, takes longer.
const restMilliseconds = 20_000;
const patienceMilliseconds = 8_000;
const hastyMilliseconds = 3_000;

export interface PulseOptions {
  readonly send: (text: string) => void;
  /** Nothing came back in time. */
  readonly onDead: () => void;
  /** A connection that was doubted has answered. */
  readonly onAlive: () => void;
}

/** Asks over a quiet connection whether anybody is there, and tells when nobody is. */
export class Pulse {
  private rest: ReturnType<typeof setTimeout> | undefined;
  private patience: ReturnType<typeof setTimeout> | undefined;
  private isDoubted = false;

  constructor(private readonly options: PulseOptions) {}

  start(): void {
    this.stop();
    this.rest = setTimeout(() => this.ask(patienceMilliseconds), restMilliseconds);
  }

  /** Something was received. */
  beat(): void {
    const wasDoubted = this.isDoubted;
    this.start();
    if (wasDoubted) this.options.onAlive();
  }

  /** There is reason to think that the connection is gone. */
  doubt(): void {
    this.stop();
    this.isDoubted = true;
    this.ask(hastyMilliseconds);
  }

  stop(): void {
    clearTimeout(this.rest);
    clearTimeout(this.patience);
    this.isDoubted = false;
  }

  private ask(milliseconds: number): void {
    this.patience = setTimeout(() => {
      this.stop();
      this.options.onDead();
    }, milliseconds);
    this.options.send(ping);
  }
}
