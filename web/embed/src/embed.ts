// SPDX-License-Identifier: Apache-2.0
// The script for a portal's page: docs/portal.md.
import { defineChat } from './chat_element';
import { Link, type Events, type TokenGiver } from './link';

type Listener<K extends keyof Events> = (what: Events[K]) => void;

/** What a portal's own scripts may use, as window.Dering. */
export interface DeringEmbed {
  /** Shows the phone's window. Only after a click: browsers open no window otherwise. */
  open(): void;
  /** The same, and calls. "1002", "tel:+62 21 555", "sip:1002@dering". */
  call(number: string): void;
  status(): Events['status'];
  /**
   * Where the phone gets an access token of the portal's person from, whenever it needs one: then it
   * asks no page of the provider. The last one that is set counts.
   */
  useToken(give: TokenGiver): void;
  /** `status`, `ringing`, `talking`, `ended`, `refused`. The returned function ends it. */
  on<K extends keyof Events>(kind: K, listener: Listener<K>): () => void;
}

declare global {
  interface Window {
    Dering?: DeringEmbed;
  }
}

const links = 'a[href^="tel:" i],a[href^="sip:" i],a[href^="sips:" i],[data-dering-call]';

function start(script: HTMLScriptElement): DeringEmbed {
  const listeners = new EventTarget();
  const base = new URL(/\/assets\/[^/]*$/.test(script.src) ? '..' : '.', script.src);
  const link = new Link(base, (kind, detail) =>
    listeners.dispatchEvent(new CustomEvent(kind, { detail })),
  );
  const on: DeringEmbed['on'] = (kind, listener) => {
    const hear = (event: Event) => listener((event as CustomEvent).detail);
    listeners.addEventListener(kind, hear);
    return () => listeners.removeEventListener(kind, hear);
  };
  defineChat(link, (redraw) => on('status', redraw));
  document.addEventListener('click', (event) => {
    const isPlain = event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey);
    const wanted = event.target instanceof Element && event.target.closest(links);
    if (event.defaultPrevented || !isPlain || !wanted) return;
    const address = wanted.getAttribute('data-dering-call') ?? wanted.getAttribute('href') ?? '';
    // A link that says so stays what it is.
    if (address === 'off') return;
    event.preventDefault();
    link.call(address);
  });
  const useToken = (give: TokenGiver) => {
    link.token = give;
  };
  return { open: link.open, call: link.call, status: () => link.status, useToken, on };
}

const { currentScript } = document;
if (currentScript instanceof HTMLScriptElement) window.Dering ??= start(currentScript);
