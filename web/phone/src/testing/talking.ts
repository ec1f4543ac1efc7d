// SPDX-License-Identifier: Apache-2.0
import type { Talking } from '@dering/sip/state';

/** A conversation with Siti, encrypted from end to end. */
export const talking: Talking = {
  kind: 'talking',
  id: 'call',
  party: { number: '1002', name: 'Siti' },
  direction: 'out',
  reach: { kind: 'sealed' },
  stage: 'connected',
  since: 0,
  muted: false,
  hold: 'nobody',
  seal: { local: 'AA', remote: 'BB', words: [0, 1, 2, 3, 4] },
  pictures: { ours: 'none', theirs: 'none', trouble: null },
  away: 'no',
  weakness: 'none',
  tones: '',
  consults: null,
  transfer: null,
  sentBy: null,
};
