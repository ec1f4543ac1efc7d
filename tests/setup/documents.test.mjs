// Documents in two languages say the same to machines: each sample stands in both, in the same order.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { samplesOf } from '../support/document.mjs';

const twins = [['docs/react-freepbx.md', 'docs/id/telepon-react-freepbx.md']];

for (const [english, indonesian] of twins) {
  test(`${english} and ${indonesian} hold the same samples`, async () => {
    const samples = await samplesOf(english);
    assert.ok(samples.length > 0, `${english} holds no sample`);
    assert.deepEqual(await samplesOf(indonesian), samples);
  });
}
