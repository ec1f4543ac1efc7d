// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { reachOf } from './reach';

test('what the server says of the encryption is read, however it is spelt', () => {
  expect(reachOf('sealed')).toEqual({ kind: 'sealed' });
  expect(reachOf(' Sealed ')).toEqual({ kind: 'sealed' });
  const desk = { kind: 'terminated', reason: 'desk-phone' };
  expect(reachOf('terminated;reason=desk-phone')).toEqual(desk);
  expect(reachOf('Terminated ; x=1 ; Reason=desk-phone')).toEqual(desk);
  expect(reachOf('terminated;reason=recording')).toEqual({ kind: 'terminated', reason: 'other' });
  expect(reachOf('terminated')).toEqual({ kind: 'terminated', reason: 'other' });
});

test('what is not there says nothing, and a word of a newer server claims nothing', () => {
  expect(reachOf(undefined)).toBeNull();
  for (const field of ['', 'sealedish', 'not-sealed', 'mixed;sealed']) {
    expect(reachOf(field)).toEqual({ kind: 'unknown' });
  }
});
