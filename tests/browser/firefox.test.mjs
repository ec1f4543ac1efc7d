// The same call in Firefox, and between Chromium and Firefox, in a network namespace.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';
import { Namespace } from '../support/namespace.mjs';

const inside = fileURLToPath(new URL('./inside_namespace.mjs', import.meta.url));

test('Firefox with Firefox, Chromium with Firefox, Firefox with Chromium', { timeout: 240_000 }, () => {
  const namespace = new Namespace();
  try {
    const run = spawnSync('ip', ['netns', 'exec', namespace.name, process.execPath, inside, namespace.address], {
      encoding: 'utf8',
      timeout: 230_000,
    });
    console.log(run.stdout);
    assert.equal(run.status, 0, `${run.stdout}\n${run.stderr}`);
  } finally {
    namespace.remove();
  }
});
