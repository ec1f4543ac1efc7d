// SPDX-License-Identifier: Apache-2.0
import { cleanup, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, test, vi } from 'vitest';
import { Notice } from '../shared/notice';
import { draw } from '../testing/draw';

afterEach(cleanup);

test('what stands alone on the page has its focus on the next act, and Enter does it', async () => {
  const onAction = vi.fn<() => void>();
  await draw(<Notice title="No answer" hint="Try again." action="Retry" onAction={onAction} />);
  expect(document.activeElement).toBe(screen.getByRole('button', { name: 'Retry' }));
  await userEvent.keyboard('{Enter}');
  expect(onAction).toHaveBeenCalledOnce();
});
