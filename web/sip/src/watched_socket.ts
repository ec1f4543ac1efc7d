// SPDX-License-Identifier: Apache-2.0
import { WebSocketInterface } from 'jssip';
import { Pulse } from './pulse';
import { lineEnds, type Question } from './question';

// A browser itself takes minutes to give up an address from which nothing comes back.
const connectMilliseconds = 10_000;
/** RFC 6455 §7.4.1: ended without a close frame. */
const abnormal = 1006;

/** What a socket tells besides what JsSIP takes from it. */
export interface SocketWatcher {
  /** Each text that came in, before JsSIP reads it. */
  readonly onText: (text: string) => void;
  readonly onAlive: () => void;
}

/**
 * A WebSocket for JsSIP that notices when the other end is gone without a word: JsSIP itself only
 * listens, and a dead connection hides for minutes.
 */
export class WatchedSocket {
  onconnect = (): void => {};
  ondisconnect = (_error: boolean, _code?: number, _reason?: string): void => {};
  ondata = <T>(_data: T): void => {};

  private readonly inner: WebSocketInterface;
  private readonly pulse: Pulse;
  private connecting: ReturnType<typeof setTimeout> | undefined;
  private stopWatching = () => {};

  constructor(url: string, watcher: SocketWatcher, question: Question = lineEnds) {
    this.inner = new WebSocketInterface(url);
    this.pulse = new Pulse({
      send: (text) => void this.inner.send(text),
      onDead: () => this.die(),
      onAlive: watcher.onAlive,
      question,
    });
    Object.assign(this.inner, {
      onconnect: () => {
        clearTimeout(this.connecting);
        this.pulse.start();
        this.stopWatching = onWaking(() => this.pulse.look());
        this.onconnect();
      },
      ondisconnect: (error: boolean, code?: number, reason?: string) => {
        this.rest();
        this.ondisconnect(error, code, reason);
      },
      ondata: (data: unknown) => {
        this.pulse.beat();
        if (typeof data === 'string') watcher.onText(data);
        this.ondata(data);
      },
    } satisfies Partial<WebSocketInterface>);
  }

  get via_transport(): string {
    return this.inner.via_transport;
  }
  set via_transport(value: string) {
    this.inner.via_transport = value;
  }
  get url(): string {
    return this.inner.url;
  }
  get sip_uri(): string {
    return this.inner.sip_uri;
  }

  connect(): void {
    clearTimeout(this.connecting);
    this.connecting = setTimeout(() => this.die(), connectMilliseconds);
    this.inner.connect();
  }

  disconnect(): void {
    this.rest();
    this.inner.disconnect();
  }

  send(message: string): boolean {
    return this.inner.send(message);
  }

  isConnected(): boolean {
    return this.inner.isConnected();
  }

  isConnecting(): boolean {
    return this.inner.isConnecting();
  }

  /** The network went away or came back: whether the other end is there must be asked again. */
  doubt(): void {
    if (this.inner.isConnected()) this.pulse.doubt();
  }

  private die(): void {
    this.disconnect();
    this.ondisconnect(true, abnormal, '');
  }

  private rest(): void {
    clearTimeout(this.connecting);
    this.stopWatching();
    this.pulse.stop();
  }
}

/** When a page that nobody saw, or that the browser had frozen, is there again. */
function onWaking(look: () => void): () => void {
  if (!('document' in globalThis)) return () => {};
  const lookIfSeen = () => {
    if (!document.hidden) look();
  };
  document.addEventListener('visibilitychange', lookIfSeen);
  document.addEventListener('resume', look);
  return () => {
    document.removeEventListener('visibilitychange', lookIfSeen);
    document.removeEventListener('resume', look);
  };
}
