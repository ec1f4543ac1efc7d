// SPDX-License-Identifier: Apache-2.0
import { vi } from 'vitest';
import type { Line, LineEvent, LineListener } from '../line';
import type { Outcome } from '../outcome';

/** What a target must look like for JsSIP to make a URI of it. */
const target = /^[\w.+*#-]+$/;
/** What JsSIP calls the end of a call that this page ends, by how far that had got. */
const ends = {
  dialled: 'connection_lost',
  rings: 'missed',
  talks: 'lost',
} as const satisfies Record<string, Outcome>;

/**
 * A line in the hands of a test. It writes down what it is told, and tells synchronously what JsSIP
 * tells so: the end of a call before `end`, `stop` or a hopeless `dial` returns, in words that know
 * nothing of why; and of a call that is over nothing more.
 */
export class FakeLine implements Line {
  private readonly calls = new Map<string, keyof typeof ends>();

  constructor(private readonly listener: LineListener) {}

  readonly start = vi.fn<Line['start']>();
  readonly renew = vi.fn<Line['renew']>();
  readonly retire = vi.fn<Line['retire']>();
  readonly stop = vi.fn<Line['stop']>(() => {
    for (const id of this.calls.keys()) this.close(id);
  });
  readonly dial = vi.fn<Line['dial']>((id, number) => {
    this.calls.set(id, 'dialled');
    if (!target.test(number)) this.tell({ type: 'ended', id, outcome: 'unknown_number' });
  });
  readonly answer = vi.fn<Line['answer']>((id) => {
    if (!this.calls.has(id)) this.listener({ type: 'ended', id, outcome: 'missed' });
  });
  readonly dialog = vi.fn<Line['dialog']>((id) =>
    this.calls.get(id) === 'talks'
      ? { callId: `${id}@page`, ownTag: 'own', theirTag: 'their' }
      : null,
  );
  readonly resume = vi.fn<Line['resume']>(({ id }) => {
    this.calls.set(id, 'dialled');
  });
  readonly leave = vi.fn<Line['leave']>();
  readonly release = vi.fn<Line['release']>();
  readonly end = vi.fn<Line['end']>((id) => this.close(id));
  readonly mute = vi.fn<Line['mute']>();
  readonly hold = vi.fn<Line['hold']>();
  readonly setMicrophone = vi.fn<Line['setMicrophone']>(() => Promise.resolve());
  readonly show = vi.fn<Line['show']>();
  readonly sendTone = vi.fn<Line['sendTone']>(() => true);
  readonly transfer = vi.fn<Line['transfer']>((id, _, asked) => {
    if (asked === null || this.calls.has(asked)) return;
    this.tell({ type: 'transfer', id, news: { kind: 'failed', why: 'over' } });
  });
  readonly measure = vi.fn<Line['measure']>(() => Promise.resolve(null));
  readonly report = vi.fn<Line['report']>();

  /** As if it came from the server. */
  readonly tell = (event: LineEvent): void => {
    if (event.type === 'incoming') this.calls.set(event.id, 'rings');
    if (event.type === 'confirmed') this.calls.set(event.id, 'talks');
    if (event.type === 'ended') this.calls.delete(event.id);
    this.listener(event);
  };

  private close(id: string): void {
    const call = this.calls.get(id);
    if (call !== undefined) this.tell({ type: 'ended', id, outcome: ends[call] });
  }
}
