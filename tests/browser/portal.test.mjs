// The phone in a portal, in Chromium.
import { openChromium } from '../support/page.mjs';
import { portalScenes } from './portal_scenes.mjs';

portalScenes(() => openChromium({ tone: 440 }), () => openChromium({ tone: 620 }));
