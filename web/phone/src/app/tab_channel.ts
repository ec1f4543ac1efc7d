// SPDX-License-Identifier: Apache-2.0
import { basePath } from '@dering/api/base';
import { remoteOfPort, type Remote } from '@dering/sip/remote';

/** What the tabs of one person at one server have in common: lock and channel have this name. */
export const tabsOf = (extension: string): string => `dering.telephone ${basePath()} ${extension}`;

/** The way to the other tabs, open while somebody listens; null where the browser gives none. */
export function tabChannel(name: string): Remote | null {
  if (!canOpen(name)) return null;
  const listeners = new Set<(message: unknown) => void>();
  let channel: BroadcastChannel | null = null;
  let others: Remote | null = null;
  const open = () => {
    channel = new BroadcastChannel(name);
    others = remoteOfPort(channel);
    others.listen((message) => {
      for (const each of listeners) each(message);
    });
  };
  return {
    post: (message) => others?.post(message),
    listen: (listener) => {
      if (channel === null) open();
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        channel?.close();
        channel = others = null;
      };
    },
  };
}

/** Firefox refuses it where it refuses a page to keep anything. */
function canOpen(name: string): boolean {
  try {
    new BroadcastChannel(name).close();
    return true;
  } catch {
    return false;
  }
}
