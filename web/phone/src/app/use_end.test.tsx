// SPDX-License-Identifier: Apache-2.0
import { unknownReach } from '@dering/sip/reach';
import { act, cleanup, renderHook } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import { Renewal } from '../boot/renewal';
import { fakeTelephone } from '../testing/draw';
import { useEnd } from './use_end';

afterEach(cleanup);

function signedIn() {
  const identity = new Renewal(() => Promise.reject(new Error()));
  const { telephone, line, emit } = fakeTelephone();
  const onEnd = vi.fn<(how: string) => void>();
  renderHook(() => useEnd({ identity, telephone, onEnd }));
  return { identity, telephone, line, emit, onEnd };
}

test('without a call the page ends with the sign-in', () => {
  const { identity, telephone, onEnd } = signedIn();
  act(() => identity.end('ended'));
  expect(onEnd).toHaveBeenCalledWith('ended');
  expect(telephone.current().link).toBe('signedOut');
});

test('a call goes on, and the page ends with it', async () => {
  const { identity, telephone, line, emit, onEnd } = signedIn();
  await telephone.call({ number: '1002', name: 'Siti' });
  act(() => emit({ type: 'confirmed', id: 'call', stage: 'connected' }));
  act(() => identity.end('noAccess'));
  expect(onEnd).not.toHaveBeenCalled();
  expect(line.end).not.toHaveBeenCalled();
  act(() => emit({ type: 'ended', id: 'call', outcome: 'answered' }));
  expect(onEnd).toHaveBeenCalledWith('noAccess');
});

test('a call that only rings here is no reason to wait', () => {
  const { identity, line, emit, onEnd } = signedIn();
  act(() =>
    emit({ type: 'incoming', id: 'in', party: { number: '1002', name: '' }, reach: unknownReach }),
  );
  act(() => identity.end('ended'));
  expect(line.end).toHaveBeenCalledWith('in', { status: 410 });
  expect(onEnd).toHaveBeenCalledWith('ended');
});

test('before the telephone is open the page ends at once', () => {
  const identity = new Renewal(() => Promise.reject(new Error()));
  const onEnd = vi.fn<(how: string) => void>();
  renderHook(() => useEnd({ identity, telephone: null, onEnd }));
  act(() => identity.end('ended'));
  expect(onEnd).toHaveBeenCalledWith('ended');
});
