// SPDX-License-Identifier: Apache-2.0
import type { Tagged } from '@dering/api/client';
import { waitBefore } from '@dering/api/event_stream';
import type { Directory, Person } from '@dering/api/types';
import { arranged, withChanges, type Change } from './people_changes';

/** What the page shows of the directory. */
export interface Shown {
  readonly people: readonly Person[];
  /** `failed`: nothing could be loaded yet. */
  readonly state: 'loading' | 'failed' | 'ready';
}

// Changes that come together are drawn together: after a restart of the server thousands come.
const batchMilliseconds = 50;
/** A second snapshot within this time is fetched at some moment of the next few seconds. */
const spreadAfter = 10_000;
const spreadMilliseconds = 5_000;

/**
 * Everybody, by a snapshot and what changed since. The snapshot is asked for each time the event
 * stream opens; what the stream tells while the answer is under way is applied on top of it.
 */
export class LiveDirectory {
  private shown: Shown = { people: [], state: 'loading' };
  private snapshot: Tagged<Directory> | null = null;
  private waiting: Change[] = [];
  /** Everything since the snapshot was asked for; null when none is under way. */
  private sinceAsked: Change[] | null = null;
  private batch: ReturnType<typeof setTimeout> | undefined;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private attempt = 0;
  private asked = 0;
  private askedAt = -Infinity;
  private readonly watchers = new Set<() => void>();

  constructor(
    private readonly fetch: (known: Tagged<Directory> | null) => Promise<Tagged<Directory>>,
    private readonly clock = { now: () => performance.now(), chance: Math.random },
  ) {}

  readonly watch = (watcher: () => void): (() => void) => {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  };

  readonly current = (): Shown => this.shown;

  /** The stream is open, or so much has changed that the server does not tell it one by one. */
  readonly load = (): void => {
    this.attempt = 0;
    const since = this.clock.now() - this.askedAt;
    if (since > spreadAfter) void this.ask();
    // During a sync that comes several times, and to every page at once.
    else this.retry ??= this.askAfter(spreadMilliseconds * this.clock.chance());
  };

  readonly change = (change: Change): void => {
    this.sinceAsked?.push(change);
    this.waiting.push(change);
    this.batch ??= setTimeout(() => this.flush(), batchMilliseconds);
  };

  stop(): void {
    this.asked++;
    this.askedAt = -Infinity;
    clearTimeout(this.retry);
    clearTimeout(this.batch);
    [this.retry, this.batch] = [undefined, undefined];
  }

  private async ask(): Promise<void> {
    const number = ++this.asked;
    this.askedAt = this.clock.now();
    clearTimeout(this.retry);
    this.retry = undefined;
    this.sinceAsked = [];
    const answer = await this.fetch(this.snapshot).catch(() => null);
    if (number !== this.asked) return;
    if (answer === null) {
      if (this.snapshot === null) this.show({ ...this.shown, state: 'failed' });
      this.retry = this.askAfter(waitBefore(this.attempt++, this.clock.chance()));
      return;
    }
    this.snapshot = answer;
    const people = arranged(answer.value.people, this.shown.people);
    this.show({ people: withChanges(people, this.sinceAsked), state: 'ready' });
    this.sinceAsked = null;
    this.waiting = [];
  }

  private askAfter(milliseconds: number): ReturnType<typeof setTimeout> {
    return setTimeout(() => void this.ask(), milliseconds);
  }

  private flush(): void {
    this.batch = undefined;
    const changes = this.waiting;
    this.waiting = [];
    // Before the first snapshot there is nobody whom a change could be about.
    if (this.snapshot === null) return;
    this.show({ ...this.shown, people: withChanges(this.shown.people, changes) });
  }

  private show(next: Shown): void {
    if (next.people === this.shown.people && next.state === this.shown.state) return;
    this.shown = next;
    for (const watcher of this.watchers) watcher();
  }
}
