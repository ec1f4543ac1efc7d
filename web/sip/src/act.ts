// SPDX-License-Identifier: Apache-2.0
import type { Handset } from './handset';
import type { Party } from './party';
import { partyShape } from './phone_shape';
import { either, oneOf, record, text, yesOrNo, type Shape } from './shape';
import { isHeldByUs, ringingOf, type Phone } from './state';

/**
 * What a person wishes in another page, with the call that they see there: by the time it arrives
 * another one may be in front, to which it was not said.
 */
export type Act =
  | { readonly kind: 'call'; readonly party: Party }
  | { readonly kind: 'answer'; readonly id: string }
  | { readonly kind: 'silence'; readonly id: string }
  | {
      readonly kind: 'decline';
      readonly id: string;
      readonly how: 'declined' | 'busy';
      readonly note: string;
    }
  | { readonly kind: 'hang-up'; readonly id: string }
  | { readonly kind: 'mute'; readonly id: string; readonly muted: boolean }
  | { readonly kind: 'hold'; readonly id: string; readonly held: boolean }
  | { readonly kind: 'swap'; readonly id: string }
  | { readonly kind: 'press'; readonly id: string; readonly tone: string }
  | { readonly kind: 'dismiss'; readonly id: string }
  | { readonly kind: 'send'; readonly id: string; readonly to: Party }
  | { readonly kind: 'ask'; readonly id: string; readonly to: Party }
  | { readonly kind: 'connect'; readonly id: string }
  | { readonly kind: 'go-back'; readonly id: string }
  | { readonly kind: 'dismiss-transfer'; readonly id: string }
  | { readonly kind: 'hide'; readonly id: string }
  | { readonly kind: 'dismiss-picture'; readonly id: string };

const id = text;

export const actShape: Shape<Act> = either<'kind', Act>('kind', {
  call: record({ kind: oneOf('call'), party: partyShape }),
  answer: record({ kind: oneOf('answer'), id }),
  silence: record({ kind: oneOf('silence'), id }),
  decline: record({ kind: oneOf('decline'), id, how: oneOf('declined', 'busy'), note: text }),
  'hang-up': record({ kind: oneOf('hang-up'), id }),
  mute: record({ kind: oneOf('mute'), id, muted: yesOrNo }),
  hold: record({ kind: oneOf('hold'), id, held: yesOrNo }),
  swap: record({ kind: oneOf('swap'), id }),
  press: record({ kind: oneOf('press'), id, tone: text }),
  dismiss: record({ kind: oneOf('dismiss'), id }),
  send: record({ kind: oneOf('send'), id, to: partyShape }),
  ask: record({ kind: oneOf('ask'), id, to: partyShape }),
  connect: record({ kind: oneOf('connect'), id }),
  'go-back': record({ kind: oneOf('go-back'), id }),
  'dismiss-transfer': record({ kind: oneOf('dismiss-transfer'), id }),
  hide: record({ kind: oneOf('hide'), id }),
  'dismiss-picture': record({ kind: oneOf('dismiss-picture'), id }),
});

/** Does what is wished, where it still fits what goes on here; else nothing. */
export function obey(handset: Handset, act: Act): void {
  if (act.kind === 'call') return void handset.call(act.party);
  if (isMeant(handset.current(), act)) perform(handset, act);
}

type OfACall = Exclude<Act, { kind: 'call' }>;

function isMeant(phone: Phone, act: OfACall): boolean {
  const { call, over } = phone;
  switch (act.kind) {
    case 'answer':
    case 'silence':
    case 'decline':
      return ringingOf(phone)?.id === act.id;
    case 'dismiss':
      return over?.id === act.id;
    case 'mute':
      return call?.kind === 'talking' && call.id === act.id && call.muted !== act.muted;
    case 'hold':
      return call?.kind === 'talking' && call.id === act.id && isHeldByUs(call) !== act.held;
    default:
      return call?.id === act.id;
  }
}

function perform(handset: Handset, act: OfACall): void {
  const { transfers, pictures } = handset;
  switch (act.kind) {
    case 'answer':
      return void handset.answer();
    case 'silence':
      return handset.silence();
    case 'decline':
      return handset.decline(act.how, act.note);
    case 'hang-up':
      return handset.hangUp();
    case 'mute':
      return handset.toggleMute();
    case 'hold':
      return handset.toggleHold();
    case 'swap':
      return handset.swap();
    case 'press':
      return handset.press(act.tone);
    case 'dismiss':
      return handset.dismiss();
    case 'send':
      return transfers.send(act.to);
    case 'ask':
      return void transfers.ask(act.to);
    case 'connect':
      return transfers.connect();
    case 'go-back':
      return transfers.goBack();
    case 'dismiss-transfer':
      return transfers.dismiss();
    case 'hide':
      return pictures.hide();
    case 'dismiss-picture':
      return pictures.dismiss();
  }
}
