// The phone in a portal, in Firefox; who is called is in Chromium.
import { openChromium, openFirefox } from '../support/page.mjs';
import { portalScenes } from './portal_scenes.mjs';

// Firefox gathers no candidates of the loopback: this is the address of the namespace.
portalScenes(() => openFirefox({ tone: 440 }), () => openChromium({ tone: 620 }), ['10.203.7.1']);
