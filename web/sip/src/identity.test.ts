// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { identityIn, identityOfMessage } from './identity';

test.each([
  ['"Tuti Lestari" <sip:1004@dering>', { number: '1004', name: 'Tuti Lestari' }],
  ['Tuti <sip:1004@dering;user=phone>', { number: '1004', name: 'Tuti' }],
  ['<sip:1004@dering>', { number: '1004', name: '' }],
  ['sip:1004@dering', { number: '1004', name: '' }],
  ['"A \\"B\\" <sip:9@x>" <sips:1004>', { number: '1004', name: 'A "B" <sip:9@x>' }],
  ['"Tuti" <sip:1004@dering>, <tel:+62211004>', { number: '1004', name: 'Tuti' }],
  ['<sip:%2a43@dering>', { number: '*43', name: '' }],
  ['<sip:100%zz@dering>', { number: '100%zz', name: '' }],
])('reads %s', (value, party) => {
  expect(identityIn(value)).toEqual(party);
});

test.each([undefined, '', 'nobody', '"Tuti', '<tel:1004>', '<sip:@dering>'])(
  'says nothing of %s',
  (value) => expect(identityIn(value)).toBeNull(),
);

test('is looked for in the head of a message alone', () => {
  const head = 'UPDATE sip:x SIP/2.0\r\np-asserted-identity: "Tuti" <sip:1004@dering>';
  expect(identityOfMessage(`${head}\r\n\r\n`)).toEqual({ number: '1004', name: 'Tuti' });
  const body = 'P-Asserted-Identity: <sip:1004@dering>';
  expect(identityOfMessage(`INFO sip:x SIP/2.0\r\nCSeq: 1 INFO\r\n\r\n${body}`)).toBeNull();
});
