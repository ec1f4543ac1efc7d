// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { local, university } from '../testing/issuer';
import { silentIssuer } from './silent';

const faculty = { ...university, authority: 'https://sso.ft.example' };

test('the only external issuer is asked, whatever local accounts there are', () => {
  expect(silentIssuer([local, university], null, null)).toBe(university);
  expect(silentIssuer([university], 'https://of-long-ago.example', null)).toBe(university);
});

test('of several the one that was used last', () => {
  expect(silentIssuer([university, faculty], faculty.authority, null)).toBe(faculty);
  expect(silentIssuer([university, faculty], null, null)).toBeNull();
});

test('local accounts are asked unseen where somebody used one before', () => {
  expect(silentIssuer([local], null, null)).toBeNull();
  expect(silentIssuer([local], local.authority, null)).toBe(local);
  expect(silentIssuer([local, university], local.authority, null)).toBe(local);
});

test.each(['tried', 'signed-out', 'ended'] as const)('nobody is asked in a tab that %s', (mark) => {
  expect(silentIssuer([university], university.authority, mark)).toBeNull();
});
