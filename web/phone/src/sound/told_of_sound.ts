// SPDX-License-Identifier: Apache-2.0
import type { Heard } from '@dering/sip/wire';
import { Watched } from './watched';

/** What this tab tells the person of their own sound, for the other tabs to tell it too. */
export const toldOfSound = new Watched<Heard>('well');
