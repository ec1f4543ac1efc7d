// SPDX-License-Identifier: Apache-2.0
import type { Status } from './protocol';

type Word =
  | { readonly say: 'who' | 'show' | 'shown' | 'gone' }
  | { readonly say: 'call'; readonly number: string }
  | { readonly say: 'status'; readonly status: Status };

interface Around {
  /** Whether this page is the one that has the phone's window. */
  readonly owns: () => boolean;
  readonly status: () => Status | null;
  readonly show: () => void;
  readonly call: (number: string) => void;
  readonly onStatus: (status: Status | null) => void;
}

const answerMilliseconds = 400;

/**
 * Other tabs of the portal: a window belongs to the tab that opened it and is found by no other, so
 * they ask the one that has it.
 */
export class Neighbours {
  private readonly channel = new BroadcastChannel('dering.embed');
  private shown: (() => void) | null = null;
  /** Another tab has the window. */
  private isElsewhere = false;

  constructor(private readonly around: Around) {
    this.channel.addEventListener('message', ({ data }: MessageEvent<Word>) => this.hear(data));
    this.say({ say: 'who' });
  }

  tell(status: Status): void {
    this.say({ say: 'status', status });
  }

  gone(): void {
    this.say({ say: 'gone' });
  }

  /** Shows the other tab's window and has it call; `otherwise` if there is none. */
  ask(number: string | null, otherwise: () => void): void {
    if (!this.isElsewhere) return otherwise();
    const timer = setTimeout(() => {
      this.isElsewhere = false;
      this.shown = null;
      otherwise();
    }, answerMilliseconds);
    this.shown = () => clearTimeout(timer);
    this.say(number === null ? { say: 'show' } : { say: 'call', number });
  }

  private hear(word: Word): void {
    const { owns, status, show, call, onStatus } = this.around;
    if (word.say === 'status' && !owns()) {
      this.isElsewhere = true;
      return onStatus(word.status);
    }
    if (word.say === 'gone' && !owns()) {
      this.isElsewhere = false;
      return onStatus(null);
    }
    if (word.say === 'shown') return this.shown?.();
    if (!owns()) return;
    const now = status();
    if (word.say === 'who' && now !== null) this.tell(now);
    if (word.say !== 'show' && word.say !== 'call') return;
    this.say({ say: 'shown' });
    if (word.say === 'call') call(word.number);
    else show();
  }

  private say(word: Word): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- no window, a channel
    this.channel.postMessage(word);
  }
}
