// SPDX-License-Identifier: Apache-2.0
import { actShape, type Act } from './act';
import { phoneShape } from './phone_shape';
import { either, number, oneOf, record, text, yesOrNo, type Shape } from './shape';
import type { Phone } from './state';

/**
 * Raised whenever a message means something else than before, or has other parts. What asks is an `ask`,
 * and what answers a `state`, in all versions.
 */
export const wireVersion = 5;

/** What a page that mirrors a telephone must know besides its state. */
export interface Place {
  /** Whether the browser lets the page with the telephone have the microphone. */
  readonly microphone: 'granted' | 'prompt' | 'denied' | 'unknown';
  /** The browser lets that page make no sound before somebody has clicked there. */
  readonly isMute: boolean;
  /** What the person must know of their own sound in the call. */
  readonly heard: Heard;
}

const heards = ['well', 'speaks-muted', 'no-sound', 'gone', 'missing', 'trouble'] as const;
export type Heard = (typeof heards)[number];

export type Message =
  /** From the telephone: how it is. */
  | {
      readonly kind: 'state';
      /** The telephone that leads has the highest one. */
      readonly term: number;
      /** Milliseconds of the telephone's clock, at which it was like that. */
      readonly clock: number;
      readonly phone: Phone;
      readonly place: Place;
    }
  /** From the telephone: it is put away. */
  | { readonly kind: 'gone'; readonly term: number }
  /** From a mirror: is anybody there? And whether a person looks at this page. */
  | { readonly kind: 'ask'; readonly from: string; readonly isVisible: boolean }
  /** From a mirror: it is closed. */
  | { readonly kind: 'left'; readonly from: string }
  /** From a mirror: what the person wishes, of which telephone, and when (Unix milliseconds). */
  | { readonly kind: 'act'; readonly term: number; readonly at: number; readonly act: Act };

const messageShape: Shape<Message> = either<'kind', Message>('kind', {
  state: record({
    kind: oneOf('state'),
    term: number,
    clock: number,
    phone: phoneShape,
    place: record<Place>({
      microphone: oneOf('granted', 'prompt', 'denied', 'unknown'),
      isMute: yesOrNo,
      heard: oneOf(...heards),
    }),
  }),
  gone: record({ kind: oneOf('gone'), term: number }),
  ask: record({ kind: oneOf('ask'), from: text, isVisible: yesOrNo }),
  left: record({ kind: oneOf('left'), from: text }),
  act: record({ kind: oneOf('act'), term: number, at: number, act: actShape }),
});

interface Envelope {
  readonly dering: 'telephone';
  readonly version: number;
  readonly message: unknown;
}

const envelopeShape: Shape<Omit<Envelope, 'message'>> = record<Omit<Envelope, 'message'>>({
  dering: oneOf('telephone'),
  version: number,
});

export const sealed = (message: Message): Envelope => ({
  dering: 'telephone',
  version: wireVersion,
  message,
});

const kindOf = (message: unknown): unknown =>
  typeof message === 'object' && message !== null ? Reflect.get(message, 'kind') : undefined;

export type Read =
  | { readonly kind: 'message'; readonly message: Message }
  /** From a page of an older or newer version than this one, with which nothing is to be done. */
  | { readonly kind: 'older' | 'newer'; readonly says: unknown }
  /** Of something else, or broken. */
  | { readonly kind: 'nothing' };

/** What came by a Remote. Whoever can send may send anything. */
export function readMessage(value: unknown): Read {
  if (!envelopeShape(value)) return { kind: 'nothing' };
  const message: unknown = Reflect.get(value, 'message');
  if (value.version !== wireVersion) {
    return { kind: value.version < wireVersion ? 'older' : 'newer', says: kindOf(message) };
  }
  return messageShape(message) ? { kind: 'message', message } : { kind: 'nothing' };
}
