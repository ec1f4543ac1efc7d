// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { sentIn } from './sent';

const invite = (fields: Readonly<Record<string, string>>) => ({
  getHeader: (name: string) => fields[name],
});
const budi = { number: '1002', name: 'Budi' };

test('a call that was for nobody else came by itself', () => {
  expect(sentIn(null)).toBeNull();
  expect(sentIn(invite({}))).toBeNull();
});

test('one forwarding says whose the call was', () => {
  const Diversion = '"Budi" <sip:1002@dering>;reason=user-busy;counter=1';
  expect(sentIn(invite({ Diversion }))).toEqual({ how: 'forwarded', whose: budi, through: null });
});

test('of several the oldest says whose it was, the newest through whom it came', () => {
  const Diversion =
    '"Lestari, \\"Tuti\\" <x>" <sip:1004@dering>;reason=no-answer, ' +
    '<sip:1003@dering>;reason=unconditional, "Budi" <sip:1002@dering>;reason=unconditional';
  expect(sentIn(invite({ Diversion }))).toEqual({
    how: 'forwarded',
    whose: budi,
    through: { number: '1004', name: 'Lestari, "Tuti" <x>' },
  });
});

test('a transfer says who did it, unless the call was forwarded since', () => {
  const fields = { 'Referred-By': '"Budi" <sip:1002@dering>' };
  expect(sentIn(invite(fields))).toEqual({ how: 'transferred', whose: budi, through: null });
  const Diversion = '<sip:1003@dering>;reason=unconditional';
  expect(sentIn(invite({ ...fields, Diversion }))?.whose.number).toBe('1003');
});

test('a call that one has parked says from which place it comes back', () => {
  const fields = { 'X-Dering-Parked': '71', 'Referred-By': '"Budi" <sip:1002@dering>' };
  const whose = { number: '71', name: '' };
  expect(sentIn(invite(fields))).toEqual({ how: 'parked', whose, through: null });
  for (const odd of ['', '<b>', '7 1', '123456'])
    expect(sentIn(invite({ 'X-Dering-Parked': odd }))).toBeNull();
});

test.each(['', 'nobody', '"Tuti', '<', ',,,', `"${'x'.repeat(5_000)}" <sip:1@d>`])(
  'says nothing of %s',
  (Diversion) => expect(sentIn(invite({ Diversion }))).toBeNull(),
);

test('thousands of values cost no time', () => {
  const begin = performance.now();
  sentIn(invite({ Diversion: '<sip:1@d>,'.repeat(409) }));
  sentIn(invite({ Diversion: '"\\'.repeat(1_300) }));
  expect(performance.now() - begin).toBeLessThan(200);
});
