// SPDX-License-Identifier: Apache-2.0
import type { Api } from './client';
import { readJson } from './shown_text';
import { SseParser, type ServerEvent } from './sse_parser';
import type {
  AwayChange,
  Forwarding,
  HistoryState,
  LineChange,
  Parking,
  Person,
  PersonGone,
  Pickup,
  PresenceChange,
  SessionChange,
} from './types';

export interface EventListener {
  /** The stream is open: what the directory was before this may have changed meanwhile. */
  onReady(): void;
  onPresence(change: PresenceChange): void;
  onLine(change: LineChange): void;
  onAway(change: AwayChange): void;
  /** What the person could pick up from now on. */
  onPickup(pickup: Pickup): void;
  /** Where the person's own calls go from now on. */
  onForwarding(forwarding: Forwarding): void;
  /** The calls that this person has parked, from now on. */
  onParking(parking: Parking): void;
  /** A call has come into the person's history, or one of their pages has seen what was missed. */
  onHistory(state: HistoryState): void;
  /** Somebody is new, or has another name or unit. */
  onPerson(person: Person): void;
  onPersonGone(gone: PersonGone): void;
  onSession(change: SessionChange): void;
}

const firstWait = 1_000;
const longestWait = 30_000;
// The server says something every 15 s; three times nothing is a connection that died unseen.
const longestSilence = 45_000;

/** Waits grow from one second to half a minute; half of each is chance, so that pages spread. */
export function waitBefore(attempt: number, chance: number): number {
  const wait = Math.min(longestWait, firstWait * 2 ** Math.min(attempt, 10));
  return wait / 2 + (wait / 2) * chance;
}

/**
 * What changes at the server. Reads with fetch, because EventSource cannot send an Authorization
 * field. Returns when `signal` aborts and never fails: a broken stream is opened again after a wait.
 */
export async function followEvents(
  api: Api,
  listener: EventListener,
  signal: AbortSignal,
): Promise<void> {
  let attempt = 0;
  while (!signal.aborted) {
    try {
      await readOnce(api, listener, signal, () => (attempt = 0));
    } catch {
      // The next turn of the loop is the answer to every failure here.
    }
    if (!signal.aborted) await pause(waitBefore(attempt++, Math.random()), signal);
  }
}

async function readOnce(
  api: Api,
  listener: EventListener,
  signal: AbortSignal,
  onEvent: () => void,
): Promise<void> {
  const silence = new Silence(longestSilence, signal);
  try {
    const response = await api.get('/api/v1/events', {
      headers: { Accept: 'text/event-stream' },
      cache: 'no-store',
      signal: silence.signal,
    });
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    const parser = new SseParser();
    // The server tells at the start of a stream what is parked, and nothing where nothing is.
    listener.onParking({ calls: [] });
    for (;;) {
      const piece = await reader?.read();
      if (piece?.value === undefined) return;
      silence.broken();
      for (const event of parser.push(piece.value)) {
        onEvent();
        dispatch(event, listener);
      }
    }
  } finally {
    silence.end();
  }
}

function dispatch({ name, data }: ServerEvent, listener: EventListener): void {
  switch (name) {
    case 'ready':
      return listener.onReady();
    case 'presence':
      return listener.onPresence(readJson<PresenceChange>(data));
    case 'person':
      return listener.onPerson(readJson<Person>(data));
    case 'person-gone':
      return listener.onPersonGone(readJson<PersonGone>(data));
    case 'line':
      return listener.onLine(readJson<LineChange>(data));
    case 'away':
      return listener.onAway(readJson<AwayChange>(data));
    case 'pickup':
      return listener.onPickup(readJson<Pickup>(data));
    case 'forwarding':
      return listener.onForwarding(readJson<Forwarding>(data));
    case 'parking':
      return listener.onParking(readJson<Parking>(data));
    case 'history':
      return listener.onHistory(readJson<HistoryState>(data));
    case 'session':
      return listener.onSession(readJson<SessionChange>(data));
  }
}

/** Aborts when nothing came for so long, or when the outer signal does. */
class Silence {
  private readonly controller = new AbortController();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly abort = () => this.controller.abort();

  constructor(
    private readonly limit: number,
    private readonly outer: AbortSignal,
  ) {
    outer.addEventListener('abort', this.abort);
    this.broken();
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  broken(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(this.abort, this.limit);
  }

  end(): void {
    clearTimeout(this.timer);
    this.outer.removeEventListener('abort', this.abort);
  }
}

/** Ends early when the network comes back. */
function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      globalThis.removeEventListener('online', done);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    globalThis.addEventListener('online', done);
    signal.addEventListener('abort', done);
  });
}
