// SPDX-License-Identifier: Apache-2.0

export interface Timers {
  /** The returned function takes the timer back. */
  set(run: () => void, milliseconds: number): () => void;
}

/** Those of the page: a browser lets them go off once a second, or once a minute, while it is hidden. */
export const pageTimers: Timers = {
  set: (run, milliseconds) => {
    const timer = setTimeout(run, milliseconds);
    return () => clearTimeout(timer);
  },
};

interface Wait {
  readonly run: () => void;
  readonly milliseconds: number;
}

/** Timers that go off on time in a hidden page too: those of a worker are not held back. */
class WorkerTimers implements Timers {
  private readonly waiting = new Map<number, Wait>();
  private last = 0;
  private isBroken = false;

  constructor(private readonly worker: Worker) {
    worker.addEventListener('message', ({ data }: MessageEvent<number>) => this.over(data));
    worker.addEventListener('error', () => {
      this.isBroken = true;
      for (const [id, { milliseconds }] of this.waiting) this.start(id, milliseconds);
    });
  }

  set(run: () => void, milliseconds: number): () => void {
    const id = ++this.last;
    this.waiting.set(id, { run, milliseconds });
    this.start(id, milliseconds);
    return () => this.waiting.delete(id);
  }

  // Better late timers than none.
  private start(id: number, milliseconds: number): void {
    if (this.isBroken) pageTimers.set(() => this.over(id), milliseconds);
    else this.worker.postMessage({ id, milliseconds }, []);
  }

  private over(id: number): void {
    const wait = this.waiting.get(id);
    this.waiting.delete(id);
    wait?.run();
  }
}

let steady: Timers | null = null;

/** One worker for the page; its own timers where there are no workers. */
export function steadyTimers(): Timers {
  steady ??= openWorker() ?? pageTimers;
  return steady;
}

function openWorker(): Timers | null {
  if (!('Worker' in globalThis)) return null;
  try {
    return new WorkerTimers(
      new Worker(new URL('./timer_worker.ts', import.meta.url), { type: 'module' }),
    );
  } catch {
    return null;
  }
}
