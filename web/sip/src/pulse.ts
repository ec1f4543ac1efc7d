// SPDX-License-Identifier: Apache-2.0
import { lineEnds, type Question } from './question';
import { steadyTimers, type Timers } from './timers';

// With the rest of `lineEnds` less than ten seconds, within which a connection that died without a
// word is noticed.
const patienceMilliseconds = 5_000;
const hastyMilliseconds = 3_000;
/** A timer that goes off so much too late has slept, with the page or the machine. */
const sleptMilliseconds = 2_000;

export interface PulseOptions {
  readonly send: (text: string) => void;
  /** Nothing came back in time. */
  readonly onDead: () => void;
  /** A connection that was doubted has answered. */
  readonly onAlive: () => void;
  readonly timers?: Timers;
  readonly question?: Question;
}

/** Asks over a quiet connection whether anybody is there, and tells when nobody is. */
export class Pulse {
  private forget: () => void = () => {};
  private isDoubted = false;
  private readonly timers: Timers;
  private readonly question: Question;

  constructor(private readonly options: PulseOptions) {
    this.timers = options.timers ?? steadyTimers();
    this.question = options.question ?? lineEnds;
  }

  start(): void {
    this.stop();
    this.wait(this.question.restMilliseconds, (hasSlept) =>
      this.ask(hasSlept ? hastyMilliseconds : patienceMilliseconds),
    );
  }

  /** Something was received. */
  beat(): void {
    const wasDoubted = this.isDoubted;
    this.start();
    if (wasDoubted) this.options.onAlive();
  }

  /** There is reason to think that the connection is gone. */
  doubt(): void {
    this.isDoubted = true;
    this.look();
  }

  /** The page may have slept: whether anybody is there is asked at once. */
  look(): void {
    this.forget();
    this.ask(hastyMilliseconds);
  }

  stop(): void {
    this.forget();
    this.isDoubted = false;
  }

  private ask(milliseconds: number): void {
    this.wait(milliseconds, (hasSlept) => {
      // What came in meanwhile has not been read yet.
      if (hasSlept) return this.look();
      this.stop();
      this.options.onDead();
    });
    this.options.send(this.question.text());
  }

  private wait(milliseconds: number, then: (hasSlept: boolean) => void): void {
    const due = Date.now() + milliseconds;
    this.forget = this.timers.set(() => then(Date.now() - due > sleptMilliseconds), milliseconds);
  }
}
