// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { initialsOf } from './avatar';
import { plainName } from './plain_name';

test.each([
  ['Prof. Dr. Ir. Siti Rahmawati, M.T., Ph.D.', 'Siti Rahmawati', 'SR'],
  ['Dr. Budi Santoso, S.Kom, MT', 'Budi Santoso', 'BS'],
  ['Budi Santoso S.Kom. M.T.', 'Budi Santoso', 'BS'],
  ['Prof.Dr.Ir. Siti Rahmawati, M.T.', 'Siti Rahmawati', 'SR'],
  ['Prof.Dr.Siti Rahmawati S.Kom', 'Siti Rahmawati', 'SR'],
  ['J.R. Saragih', 'J.R. Saragih', 'JS'],
  ['A.A. Gede Raka', 'A.A. Gede Raka', 'AR'],
  ['Moh. Hatta A.', 'Moh. Hatta A.', 'MA'],
  ['dr. Ratna Dewi, Sp.PD., M.Kes.', 'Ratna Dewi', 'RD'],
  ['Hj. Ayu', 'Ayu', 'A'],
  ['Prof Agus Wijaya', 'Agus Wijaya', 'AW'],
  ['Siti Rahmawati', 'Siti Rahmawati', 'SR'],
  ['Santoso, Budi', 'Santoso, Budi', 'SB'],
  ['Ir. Soekarno', 'Soekarno', 'S'],
  ['I Made Surya', 'I Made Surya', 'IS'],
  ['Dr.', 'Dr.', 'D'],
  ['1002', '1002', '100'],
  ['', '', ''],
])('%s is %s', (name, plain, initials) => {
  expect(plainName(name)).toBe(plain);
  expect(initialsOf(name)).toBe(initials);
});
