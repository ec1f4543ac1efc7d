// SPDX-License-Identifier: Apache-2.0

// Where no pause comes, or a browser tells of none.
const longestWait = 2_000;

/** Does one step in each pause of the page for as long as it says that there is more; the returned function ends it. */
export function inPauses(step: () => boolean): () => void {
  let isOver = false;
  const next = () => {
    const work = () => {
      if (!isOver && step()) next();
    };
    if ('requestIdleCallback' in globalThis) requestIdleCallback(work, { timeout: longestWait });
    else setTimeout(work, longestWait);
  };
  next();
  return () => {
    isOver = true;
  };
}
