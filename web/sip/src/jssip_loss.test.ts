// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { JssipCall } from './jssip_call';
import { FakeSession } from './testing/fake_session';

let session: FakeSession;
let call: JssipCall;
beforeEach(() => {
  vi.useFakeTimers();
  session = new FakeSession();
  call = new JssipCall('a', session as never, {
    listen: () => {},
    isConnected: () => true,
    onOver: () => {},
  });
});
afterEach(() => vi.useRealTimers());

describe.each(['onTransportError', 'onRequestTimeout'] as const)(
  'a request that has no answer: %s',
  (loss) => {
    test('leaves a call that is confirmed, and ends one that is not', () => {
      session[loss]();
      expect(session.isOver).toBe(false);
      session.status = 1;
      session[loss]();
      expect(session.isOver).toBe(true);
    });

    test('is said again, until somebody answers', () => {
      call.hold(true);
      expect(session.hold).toHaveBeenCalledTimes(1);
      for (const times of [1, 2]) {
        session[loss]();
        vi.advanceTimersByTime(1_000);
        expect(session.renegotiate).toHaveBeenCalledTimes(times);
      }
      session.renegotiate.mock.lastCall?.[1]();
      session[loss]();
      vi.advanceTimersByTime(60_000);
      expect(session.renegotiate).toHaveBeenCalledTimes(2);
    });
  },
);
