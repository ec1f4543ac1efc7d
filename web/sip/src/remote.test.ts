// SPDX-License-Identifier: Apache-2.0
import { afterEach, expect, test, vi } from 'vitest';
import { remoteOfPort, remoteOfWindow } from './remote';

const open: { close(): void }[] = [];
afterEach(() => {
  for (const each of open.splice(0)) each.close();
});
const kept = <T extends { close(): void }>(port: T): T => {
  open.push(port);
  return port;
};

test('by a channel every other page hears, until it does not listen any more', async () => {
  const [a, b] = [1, 2].map(() => remoteOfPort(kept(new BroadcastChannel('remote.test'))));
  const heard = vi.fn();
  const stop = b?.listen(heard);
  a?.post({ call: 1 });
  await vi.waitFor(() => expect(heard).toHaveBeenCalledWith({ call: 1 }));
  stop?.();
  const ready = vi.fn();
  b?.listen(ready);
  a?.post({ call: 2 });
  await vi.waitFor(() => expect(ready).toHaveBeenCalledWith({ call: 2 }));
  expect(heard).toHaveBeenCalledTimes(1);
});

test('of windows only that one is heard, and only while it shows its own origin', () => {
  const listeners = new Set<(event: MessageEvent) => void>();
  const here = {
    addEventListener: (_: string, listener: (event: MessageEvent) => void) =>
      listeners.add(listener),
    removeEventListener: (_: string, listener: (event: MessageEvent) => void) =>
      listeners.delete(listener),
  } as unknown as Window;
  const other = { postMessage: vi.fn() };
  const remote = remoteOfWindow(other, 'https://phone.example', here);
  const heard = vi.fn();
  const stop = remote.listen(heard);
  const tell = (source: unknown, origin: string) => {
    for (const each of listeners) each({ source, origin, data: 'hello' } as MessageEvent);
  };
  tell({}, 'https://phone.example');
  tell(other, 'https://evil.example');
  expect(heard).not.toHaveBeenCalled();
  tell(other, 'https://phone.example');
  expect(heard).toHaveBeenCalledWith('hello');
  remote.post('bye');
  expect(other.postMessage).toHaveBeenCalledWith('bye', 'https://phone.example');
  stop();
  expect(listeners.size).toBe(0);
});
