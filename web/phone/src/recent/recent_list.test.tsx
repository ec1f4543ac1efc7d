// SPDX-License-Identifier: Apache-2.0
import { cleanup, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { draw } from '../testing/draw';
import { RecentList } from './recent_list';

beforeEach(() => localStorage.setItem('dering.language', 'en'));
afterEach(cleanup);

test('the echo test is called by its name, like everywhere else', async () => {
  const call = {
    id: '1',
    direction: 'out',
    peer: '*43',
    peer_name: '',
    started_at: 1_800_000_000,
    duration_ms: 2000,
    outcome: 'answered',
  } as const;
  await draw(<RecentList calls={[call]} canCall onCall={() => {}} />);
  expect(screen.getByTestId('recent').textContent).toContain('Echo test');
  expect(screen.getByRole('button', { name: 'Call Echo test' })).toBeTruthy();
});
