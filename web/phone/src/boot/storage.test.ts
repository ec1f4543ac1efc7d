// SPDX-License-Identifier: Apache-2.0
import { afterEach, expect, test, vi } from 'vitest';
import { startLanguages } from '../i18n';
import { boot } from './boot';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const refused = () => {
  throw new DOMException('The operation is insecure.', 'SecurityError');
};

test.each(['localStorage', 'sessionStorage'])(
  'a browser that refuses %s is told so',
  async (name) => {
    vi.stubGlobal(name, { getItem: refused, setItem: refused });
    const ask = vi.fn();
    vi.stubGlobal('fetch', ask);
    expect(await boot()).toEqual({ kind: 'keeps-nothing' });
    expect(ask).not.toHaveBeenCalled();
    expect((await startLanguages()).t('tab.refused')).not.toBe('');
  },
);
