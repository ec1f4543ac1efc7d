// SPDX-License-Identifier: Apache-2.0
import { cleanup, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { draw } from '../testing/draw';
import { SkeletonRows } from './skeleton_rows';

beforeEach(() => localStorage.setItem('dering.language', 'en'));
afterEach(cleanup);

test('a list that is being loaded says so once, and shows its rows to the eye alone', async () => {
  await draw(<SkeletonRows />);
  expect(screen.getByRole('status').textContent).toBe('Loading…');
  const rows = [...screen.getByTestId('loading-rows').children].slice(1);
  expect(rows.every((row) => row.getAttribute('aria-hidden') === 'true')).toBe(true);
});
