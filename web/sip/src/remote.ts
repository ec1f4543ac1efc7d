// SPDX-License-Identifier: Apache-2.0

/**
 * A way for messages between two pages: to other tabs, to a frame, to the window that opened this one.
 * Messages are plain data. Nothing says that anybody is there, and what comes may come from a page of
 * another version: `readMessage` in wire.ts judges it.
 */
export interface Remote {
  post(message: unknown): void;
  /** The returned function ends it. */
  listen(listener: (message: unknown) => void): () => void;
}

interface Port {
  postMessage(message: unknown): void;
  addEventListener(type: 'message', listener: (event: MessageEvent) => void): void;
  removeEventListener(type: 'message', listener: (event: MessageEvent) => void): void;
}

/** By a BroadcastChannel, or a MessagePort that has been started. */
export function remoteOfPort(port: Port): Remote {
  return {
    post: (message) => port.postMessage(message),
    listen: (listener) => {
      const hear = ({ data }: MessageEvent) => listener(data);
      port.addEventListener('message', hear);
      return () => port.removeEventListener('message', hear);
    },
  };
}

/** By window.postMessage with one other window, of one origin: what others send is not heard. */
export function remoteOfWindow(
  other: Pick<Window, 'postMessage'>,
  origin: string,
  here: Pick<Window, 'addEventListener' | 'removeEventListener'> = window,
): Remote {
  return {
    post: (message) => other.postMessage(message, origin),
    listen: (listener) => {
      const hear = (event: MessageEvent) => {
        if (event.source === other && event.origin === origin) listener(event.data);
      };
      here.addEventListener('message', hear);
      return () => here.removeEventListener('message', hear);
    },
  };
}
