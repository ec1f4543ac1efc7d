// SPDX-License-Identifier: Apache-2.0
import type { Link } from './link';
import { wordsAt } from './words';

const styles = `
:host{display:inline-block}
button{all:unset;box-sizing:border-box;display:inline-flex;gap:.5em;align-items:center;cursor:pointer;
font:inherit;color:inherit;width:100%;min-height:24px;min-width:24px}
button:focus-visible{outline:2px solid;outline-offset:2px}
svg{width:1.25em;height:1.25em;fill:none;stroke:currentColor;stroke-width:1.8;stroke-linejoin:round}
i{font:700 .75em/1.6 sans-serif;min-width:1.6em;padding:0 .3em;box-sizing:border-box;border-radius:1em;
text-align:center;background:#b3261e;color:#fff}
i[hidden]{display:none}
p{position:absolute;width:1px;height:1px;margin:0;overflow:hidden;clip-path:inset(50%)}
`;
const svg = 'http://www.w3.org/2000/svg';
const bubble = 'M4 5h16v11H11l-5 4v-4H4z';
const mostShown = 99;

/** <dering-chat>: the icon, in font and colour of the page around it, with what was missed. */
export function defineChat(link: Link, watch: (redraw: () => void) => () => void): void {
  class Chat extends HTMLElement {
    private readonly button = document.createElement('button');
    private readonly badge = document.createElement('i');
    private readonly news = document.createElement('p');
    private stop = (): void => {};

    constructor() {
      super();
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(styles);
      const root = this.attachShadow({ mode: 'open', delegatesFocus: true });
      root.adoptedStyleSheets = [sheet];
      const icon = document.createElementNS(svg, 'svg');
      icon.setAttribute('viewBox', '0 0 24 24');
      icon.setAttribute('aria-hidden', 'true');
      const path = document.createElementNS(svg, 'path');
      path.setAttribute('d', bubble);
      icon.append(path);
      this.button.type = 'button';
      this.button.append(icon, document.createElement('slot'), this.badge);
      this.button.addEventListener('click', link.open);
      this.news.setAttribute('role', 'status');
      root.append(this.button, this.news);
    }

    connectedCallback(): void {
      this.stop = watch(() => this.draw());
      this.draw();
    }
    disconnectedCallback(): void {
      this.stop();
    }

    private draw(): void {
      const words = wordsAt(this);
      const { missed, call } = link.status;
      const name = this.textContent?.trim() || words.chat;
      const told = missed > 0 ? `, ${words.missed(missed)}` : '';
      this.button.setAttribute('aria-label', name + told);
      this.button.title = name + told;
      this.badge.hidden = missed === 0;
      this.badge.textContent = missed > mostShown ? `${mostShown}+` : `${missed}`;
      const rings = call?.state === 'ringing' ? words.ringing(call.name || call.number) : '';
      const news = rings || (missed > 0 ? words.missed(missed) : '');
      if (this.news.textContent !== news) this.news.textContent = news;
    }
  }
  customElements.define('dering-chat', Chat);
}
