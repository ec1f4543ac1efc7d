// SPDX-License-Identifier: Apache-2.0
// @vitest-environment node
import { resolve } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';

const file = resolve(import.meta.dirname, 'index.ts');

/** What @dering/phone shows: each name, and of a class or interface each member, with what is said of it. */
function shown(): Map<string, string> {
  const program = ts.createProgram([file], {
    target: ts.ScriptTarget.ES2022,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    module: ts.ModuleKind.ESNext,
    strict: true,
    types: ['node'],
  });
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(file);
  const module = source && checker.getSymbolAtLocation(source);
  if (!module) throw new Error(`${file} is no module`);
  const said = (symbol: ts.Symbol) =>
    ts.displayPartsToString(symbol.getDocumentationComment(checker)).trim();
  const found = new Map<string, string>();
  for (const each of checker.getExportsOfModule(module)) {
    const symbol = each.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(each) : each;
    found.set(symbol.name, said(symbol));
    if (!(symbol.flags & ts.SymbolFlags.Class)) continue;
    for (const member of symbol.members?.values() ?? []) {
      const isPrivate = member.declarations?.some(
        (node) => ts.getCombinedModifierFlags(node) & ts.ModifierFlags.Private,
      );
      if (!isPrivate) found.set(`${symbol.name}.${member.name}`, said(member));
    }
  }
  return found;
}

test('every name that the package shows is explained', () => {
  const names = shown();
  expect([...names.keys()]).toContain('WebPhone.transfer');
  expect([...names.keys()]).toContain('PhoneState');
  // A constructor's is that of its declaration, which TypeScript keeps elsewhere.
  names.delete('WebPhone.__constructor');
  const silent = [...names].filter(([, words]) => words.length < 15).map(([name]) => name);
  expect(silent).toEqual([]);
}, 120_000);
