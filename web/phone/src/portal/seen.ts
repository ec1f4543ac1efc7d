// SPDX-License-Identifier: Apache-2.0
import type { SeenCall, Status } from '@dering/embed/protocol';
import type { Call, Phone } from '@dering/sip/state';

const states = { 'ringing-in': 'ringing', 'ringing-out': 'calling', talking: 'talking' } as const;

/** No more of a call than a portal's page is told. */
export const seenCall = ({ kind, direction, party }: Call): SeenCall => ({
  state: states[kind],
  direction,
  number: party.number,
  name: party.name,
});

export const statusOf = ({ link, call }: Phone, missed: number): Status => ({
  link: link === 'ready' || link === 'signedOut' || link === 'connecting' ? link : 'lost',
  call: call && seenCall(call),
  missed,
});
