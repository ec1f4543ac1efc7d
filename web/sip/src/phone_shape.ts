// SPDX-License-Identifier: Apache-2.0
// What a telephone is made of, to judge one that came from another page. Whoever adds a field to the
// state is led here by the compiler, and raises `wireVersion`.
import { outcomes } from './outcome';
import type { Party } from './party';
import { pictureTroubles, type Pictures } from './picture';
import type { Reach } from './reach';
import { either, listOf, number, oneOf, orNull, record, text, yesOrNo, type Shape } from './shape';
import type { Call, Ended, Phone, RingingIn, RingingOut, Seal, Sent, Talking } from './state';
import { transferFailures, type Transfer } from './transfer';

export const partyShape = record<Party>({ number: text, name: text });

const direction = oneOf('in', 'out');

const reachShape = either<'kind', Reach>('kind', {
  unknown: record({ kind: oneOf('unknown') }),
  sealed: record({ kind: oneOf('sealed') }),
  terminated: record({ kind: oneOf('terminated'), reason: oneOf('desk-phone', 'other') }),
});

const sentShape = record<Sent>({
  how: oneOf('forwarded', 'transferred', 'parked'),
  whose: partyShape,
  through: orNull(partyShape),
});

const sealShape = record<Seal>({ local: text, remote: text, words: listOf(number) });

const shownShape = oneOf('none', 'camera', 'screen');
const picturesShape = record<Pictures>({
  ours: shownShape,
  theirs: shownShape,
  trouble: orNull(oneOf(...pictureTroubles)),
});

const transferShape = record<Transfer>({
  to: partyShape,
  stage: oneOf('asked', 'ringing', 'done', 'failed'),
  why: orNull(oneOf(...transferFailures)),
  asked: orNull(text),
  resumes: yesOrNo,
});

const live = { id: text, party: partyShape, direction, reach: reachShape };

const ringingInShape = record<RingingIn>({
  ...live,
  kind: oneOf('ringing-in'),
  stage: oneOf('ringing', 'silenced', 'answering', 'connecting'),
  sent: orNull(sentShape),
});

const ringingOutShape = record<RingingOut>({
  ...live,
  kind: oneOf('ringing-out'),
  stage: oneOf('microphone', 'sent', 'calling', 'ringing', 'early'),
  consults: orNull(text),
});

const talkingShape = record<Talking>({
  ...live,
  kind: oneOf('talking'),
  stage: oneOf('connecting', 'connected', 'reconnecting', 'returning', 'asking'),
  since: number,
  muted: yesOrNo,
  hold: oneOf('nobody', 'us', 'them', 'both'),
  away: oneOf('no', 'unreached', 'unheard'),
  seal: orNull(sealShape),
  pictures: picturesShape,
  weakness: oneOf('none', 'slight', 'ours', 'theirs', 'somewhere'),
  tones: text,
  consults: orNull(text),
  transfer: orNull(transferShape),
  sentBy: orNull(partyShape),
});

const callShape = either<'kind', Call>('kind', {
  'ringing-in': ringingInShape,
  'ringing-out': ringingOutShape,
  talking: talkingShape,
});

const endedShape = record<Ended>({
  kind: oneOf('ended'),
  id: text,
  party: partyShape,
  direction,
  outcome: oneOf(...outcomes),
  duration: number,
  transfer: orNull(transferShape),
  note: orNull(text),
});

export const phoneShape: Shape<Phone> = record<Phone>({
  link: oneOf('connecting', 'ready', 'lost', 'refused', 'signedOut'),
  call: orNull(callShape),
  other: orNull(
    either<'kind', RingingIn | Talking>('kind', {
      'ringing-in': ringingInShape,
      talking: talkingShape,
    }),
  ),
  over: orNull(endedShape),
});
