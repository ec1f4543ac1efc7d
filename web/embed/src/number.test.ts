// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { isNumber, numberOf } from './number';

test.each([
  ['1002', '1002'],
  ['tel:1002', '1002'],
  ['TEL:+62%2021-555;ext=7', '+6221555'],
  ['tel:(021) 555.12', '02155512'],
  ['sip:1002@dering', '1002'],
  ['sips:1002@dering;transport=tls', '1002'],
  [' 1002 ', '1002'],
])('%s is %s', (address, number) => {
  expect(numberOf(address)).toBe(number);
  expect(isNumber(number)).toBe(true);
});

test.each([
  '',
  'tel:',
  'sip:siti@dering',
  '*72 1002',
  '1002#',
  'tel:%',
  '<img src=x>',
  '1'.repeat(33),
  '+',
  '1+2',
  '٣٤',
])('%s is no number', (address) => {
  expect(isNumber(numberOf(address))).toBe(false);
});
