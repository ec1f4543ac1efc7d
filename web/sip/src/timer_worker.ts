// SPDX-License-Identifier: Apache-2.0
// Says when a time is over, see timers.ts.

interface Wish {
  readonly id: number;
  readonly milliseconds: number;
}

addEventListener('message', ({ data: { id, milliseconds } }: MessageEvent<Wish>) => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has no origin to name
  setTimeout(() => postMessage(id), milliseconds);
});
