// SPDX-License-Identifier: Apache-2.0
import { vi } from 'vitest';

/** The test's browser lays nothing out: a page of this height, whose rows are this high. */
export function stubLayout(page: number, row: number): void {
  const height = function (this: HTMLElement) {
    return this.tagName === 'LI' ? row : page;
  };
  vi.spyOn(HTMLElement.prototype, 'offsetHeight', 'get').mockImplementation(height);
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockImplementation(height);
  vi.spyOn(HTMLElement.prototype, 'offsetWidth', 'get').mockReturnValue(360);
}
