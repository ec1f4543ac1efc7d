// Documents in two languages say the same to machines: each sample stands in both, in the same order.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { samplesOf } from '../support/document.mjs';

const twins = [
  ['docs/react-freepbx.md', 'docs/id/telepon-react-freepbx.md'],
  ['docs/portal.md', 'docs/id/portal.md'],
  ['docs/campus-network.md', 'docs/id/jaringan-kampus.md'],
  ['docs/thesis.md', 'docs/id/bahan-skripsi.md'],
];

/** What is said of it to people is in their language. */
const withoutComments = (samples) => samples.map(({ text, ...sample }) => ({ ...sample, text: text.replaceAll(/\s+(#|\/\/) .*$/gm, '') }));

for (const [english, indonesian] of twins) {
  test(`${english} and ${indonesian} hold the same samples`, async () => {
    const samples = withoutComments(await samplesOf(english));
    assert.ok(samples.length > 0, `${english} holds no sample`);
    assert.deepEqual(withoutComments(await samplesOf(indonesian)), samples);
  });
}
