// SPDX-License-Identifier: Apache-2.0
// The lint rule dering/folders: a folder of the page imports what folders.json allows it, however the
// import is written. Tests import what they test with. A folder that stands in no row may import nothing.
import { readFileSync } from 'node:fs';
import { dirname, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const allowed = JSON.parse(readFileSync(resolve(root, 'folders.json'), 'utf8'));
const isTest = (file) => /\.(test|bench)\.tsx?$|\/testing[./]/.test(file);

// The longest row that a path below web/ lies in.
function rowOf(path) {
  return Object.keys(allowed)
    .filter((row) => path === row || path.startsWith(`${row}/`))
    .toSorted((a, b) => b.length - a.length)[0];
}

// The row that an import leads to; undefined for a package from outside.
function target(file, from) {
  const own = /^@dering\/(\w+)/.exec(from);
  if (own !== null) return own[1];
  if (!from.startsWith('.') && !from.startsWith('/')) return undefined;
  const path = relative(root, resolve(dirname(file), from))
    .split(sep)
    .join('/');
  return rowOf(path) ?? path;
}

function check(context, source) {
  const file = context.filename;
  const path = relative(root, file).split(sep).join('/');
  if (!/^(api|sip|embed|phone)\/src\//.test(path) || isTest(path)) return;
  const row = rowOf(path);
  if (source.type !== 'Literal' && source.type !== 'TemplateLiteral') {
    context.report({ node: source, message: 'An import names what it imports.' });
    return;
  }
  const from = source.type === 'Literal' ? String(source.value) : source.quasis[0].value.cooked;
  const to = target(file, from);
  if (to === undefined || to === row || (row !== undefined && allowed[row].includes(to))) return;
  context.report({
    node: source,
    message: `${row ?? path} may not import ${to} (web/folders.json).`,
  });
}

const folders = {
  create(context) {
    const visit = (node) => {
      if (node.source) check(context, node.source);
    };
    return {
      ImportDeclaration: visit,
      ImportExpression: visit,
      ExportNamedDeclaration: visit,
      ExportAllDeclaration: visit,
      TSImportType: visit,
      CallExpression(node) {
        if (node.callee.type === 'Identifier' && node.callee.name === 'require') {
          context.report({ node, message: 'Modules are imported.' });
        }
      },
    };
  },
};

export default { meta: { name: 'dering' }, rules: { folders } };
