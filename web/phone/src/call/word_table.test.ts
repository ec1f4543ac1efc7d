// SPDX-License-Identifier: Apache-2.0
import { wordListSize } from '@dering/sip/seal';
import { expect, test } from 'vitest';
import { wordTable } from './word_table';

test.each(['id', 'en'] as const)('%s has one word for each number and none twice', (language) => {
  expect(wordTable[language]).toHaveLength(wordListSize);
  expect(new Set(wordTable[language]).size).toBe(wordListSize);
});
