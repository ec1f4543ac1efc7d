// SPDX-License-Identifier: Apache-2.0
import { protocolVersion, type ToPhone } from '@dering/embed/protocol';
import { either, oneOf, record, type Shape } from '@dering/sip/shape';

const anything: Shape<unknown> = (value): value is unknown => value !== undefined;
const shortText: Shape<string> = (value): value is string =>
  typeof value === 'string' && value.length <= 64;

/** As long as the server takes one. */
const token: Shape<string | null> = (value): value is string | null =>
  value === null || (typeof value === 'string' && value.length <= 8_192);

const shape: Shape<ToPhone> = either<'type', ToPhone>('type', {
  hello: record({ type: oneOf('hello') }),
  call: record({ type: oneOf('call'), number: shortText }),
  // The telephone's host judges what is in it.
  remote: record({ type: oneOf('remote'), body: anything }),
  token: record({ type: oneOf('token'), token }),
});

/** `nothing`: it is no word to a phone at all; pages get messages of many kinds. */
export function readPortalMessage(value: unknown): ToPhone | 'wrong' | 'nothing' {
  if (typeof value !== 'object' || value === null) return 'nothing';
  const version: unknown = Reflect.get(value, 'dering');
  if (version === undefined) return 'nothing';
  return version === protocolVersion && shape(value) ? value : 'wrong';
}
