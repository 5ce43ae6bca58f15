import ts from 'typescript';
import { lineOf, walk } from './references.ts';
import { isTestCode, roomOf } from './rooms.ts';
import type { Violation } from './violation.ts';

const maxLines = 400;

/** Files that may do without a rule, and why. */
const exceptions: Readonly<Record<string, readonly string[]>> = {};

type Rule = (node: ts.Node, file: ts.SourceFile) => { rule: string; message: string } | undefined;

/** What the house asks of production code beyond what the linter knows. */
export function checkHouseRules(path: string, file: ts.SourceFile): Violation[] {
  const found: Violation[] = [...tooLong(path, file)];
  const rules = rulesFor(path);
  walk(file, (node) => {
    for (const check of rules) {
      const problem = check(node, file);
      if (problem && !exceptions[path]?.includes(problem.rule))
        found.push({ path, line: lineOf(file, node), ...problem });
    }
  });
  return found;
}

function rulesFor(path: string): readonly Rule[] {
  const everywhere = /(^|\/)[^/]+\.config\.ts$|^codegen\.ts$/.test(path) ? [asAny] : [asAny, defaultExport];
  if (isTestCode(path)) return everywhere;
  return roomOf(path) === 'base'
    ? [...everywhere, outerDatabase]
    : [...everywhere, outerDatabase, ambientTimeAndChance];
}

function tooLong(path: string, file: ts.SourceFile): Violation[] {
  const lines = file.getLineStarts().length;
  if (lines <= maxLines || path.split('/').includes('gen')) return [];
  return [{ path, line: maxLines, rule: 'length', message: `has ${lines} lines; split it below ${maxLines}` }];
}

const asAny: Rule = (node) =>
  ts.isAsExpression(node) && node.type.kind === ts.SyntaxKind.AnyKeyword
    ? { rule: 'as-any', message: 'silences the compiler with "as any"; narrow the type instead' }
    : undefined;

const defaultExport: Rule = (node) =>
  ts.isExportAssignment(node) ||
  (ts.canHaveModifiers(node) && node.modifiers?.some((modifier) => modifier.kind === ts.SyntaxKind.DefaultKeyword))
    ? { rule: 'default-export', message: 'exports a default; give the export its name' }
    : undefined;

/** Inside a transaction the outer database is another connection: a deadlock with a pool of one, and a torn read with more. */
const outerDatabase: Rule = (node) => {
  if (!ts.isPropertyAccessExpression(node) || node.name.text !== 'db') return undefined;
  for (let around: ts.Node = node; around.parent; around = around.parent) {
    if (isFunction(around) && around.parameters.some((parameter) => parameter.name.getText() === 'trx'))
      return { rule: 'outer-database', message: `uses ${node.getText()} inside a transaction; use trx` };
  }
  return undefined;
};

function isFunction(node: ts.Node): node is ts.ArrowFunction | ts.FunctionExpression | ts.FunctionDeclaration {
  return ts.isArrowFunction(node) || ts.isFunctionExpression(node) || ts.isFunctionDeclaration(node);
}

const ambientTimeAndChance: Rule = (node) => {
  const what = ambient(node);
  return what
    ? {
        rule: 'clock-and-ids',
        message: `${what}; take it from an injected Clock or IdSource (base/clock.ts, base/ids.ts)`,
      }
    : undefined;
};

function ambient(node: ts.Node): string | undefined {
  if (ts.isNewExpression(node) && node.expression.getText() === 'Date' && !node.arguments?.length)
    return 'new Date() reads the system clock';
  if (ts.isPropertyAccessExpression(node) && node.getText() === 'Date.now') return 'Date.now reads the system clock';
  if (ts.isPropertyAccessExpression(node) && node.getText() === 'Math.random')
    return 'Math.random is chance nobody owns';
  if (ts.isIdentifier(node) && node.text === 'randomUUID' && !ts.isImportSpecifier(node.parent))
    return 'randomUUID makes ids nobody owns';
  if (ts.isImportDeclaration(node) && /^'(node:)?timers\/promises'$/.test(node.moduleSpecifier.getText()))
    return 'timers/promises sleeps on the system clock';
  if (ts.isCallExpression(node) && node.expression.getText() === 'setTimeout' && isInPromiseExecutor(node))
    return 'a promise around setTimeout sleeps on the system clock';
  return undefined;
}

/** `new Promise((resolve) => setTimeout(resolve, ms))` in its usual spellings. */
function isInPromiseExecutor(node: ts.Node): boolean {
  for (let around = node.parent; around; around = around.parent) {
    if (!ts.isArrowFunction(around) && !ts.isFunctionExpression(around)) continue;
    return ts.isNewExpression(around.parent) && around.parent.expression.getText() === 'Promise';
  }
  return false;
}
