// Accessibility of the page as it stands: the rules of WCAG 2.2 A and AA that a program can judge.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { readFile } from 'node:fs/promises';

const source = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** Fails with rule, element and reason of each violation. `page` is Playwright's; `rules`: these alone. */
export async function assertAccessible(page, rules) {
  await page.evaluate(`window.axe || (() => { ${source} })()`);
  const { violations, passes } = await page.evaluate((runOnly) => window.axe.run({ runOnly, resultTypes: ['violations'], preload: false }), rules ? { type: 'rule', values: rules } : { type: 'tag', values: tags });
  assert.ok(passes.length > 0, 'no rule was applied');
  const told = violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 160)}\n${node.failureSummary}`));
  assert.ok(told.length === 0, told.join('\n'));
}
