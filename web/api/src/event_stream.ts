// SPDX-License-Identifier: Apache-2.0
import type { Api } from './client';
import { SseParser } from './sse_parser';
import type { Directory, PresenceChange } from './types';

export interface EventListener {
  onDirectory(directory: Directory): void;
  onPresence(change: PresenceChange): void;
}

const firstWait = 1_000;
const longestWait = 30_000;

/** Waits grow from one second to half a minute; half of each is chance, so that pages spread. */
export function waitBefore(attempt: number, chance: number): number {
  const wait = Math.min(longestWait, firstWait * 2 ** Math.min(attempt, 10));
  return wait / 2 + (wait / 2) * chance;
}

/**
 * The live directory. Reads with fetch, because EventSource cannot send an Authorization field.
 * Returns when `signal` aborts and never fails: a broken stream is opened again after a wait.
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
  const response = await api.get('/api/v1/events', {
    headers: { Accept: 'text/event-stream' },
    cache: 'no-store',
    signal,
  });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  const parser = new SseParser();
  for (;;) {
    const piece = await reader?.read();
    if (piece?.value === undefined) return;
    for (const { name, data } of parser.push(piece.value)) {
      onEvent();
      if (name === 'directory') listener.onDirectory(JSON.parse(data) as Directory);
      if (name === 'presence') listener.onPresence(JSON.parse(data) as PresenceChange);
    }
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
