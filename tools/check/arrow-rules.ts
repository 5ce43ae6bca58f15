import { isBuiltin } from 'node:module';
import { posix } from 'node:path';
import type ts from 'typescript';
import { type Reference, referencesOf } from './references.ts';
import { arrowAllowed, arrows, isTestCode, roomOf } from './rooms.ts';
import type { Violation } from './violation.ts';

/** Files that load what only the environment names. */
const mayImportComputedNames: ReadonlySet<string> = new Set(['drivers/registry/load-drivers.ts']);

/** Imports against the arrows, and packages that an installed Holdfast would not have. */
export function checkArrows(path: string, file: ts.SourceFile, dependencies: ReadonlySet<string>): Violation[] {
  if (isTestCode(path)) return [];
  return referencesOf(file).flatMap((reference) => {
    const problem = problemOf(path, reference, dependencies);
    return problem ? [{ path, line: reference.line, ...problem }] : [];
  });
}

function problemOf(
  path: string,
  { specifier, kind }: Reference,
  dependencies: ReadonlySet<string>,
): { rule: string; message: string } | undefined {
  if (kind === 'computed')
    return mayImportComputedNames.has(path)
      ? undefined
      : { rule: 'arrows', message: 'imports a computed name, which nobody can check; write the name there' };
  if (specifier.startsWith('.')) return arrowProblem(path, posix.join(posix.dirname(path), specifier));
  if (kind === 'url' || isBuiltin(specifier)) return undefined;
  if (specifier.startsWith('holdfast/')) return arrowProblem(path, `${specifier.slice('holdfast/'.length)}.ts`);
  const name = specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
  if (dependencies.has(name)) return undefined;
  return { rule: 'dependencies', message: `imports "${name}", which is not among the dependencies of package.json` };
}

function arrowProblem(from: string, to: string): { rule: string; message: string } | undefined {
  if (to.startsWith('..')) return { rule: 'arrows', message: `reaches outside the repository: ${to}` };
  if (arrowAllowed(from, to)) return undefined;
  const room = roomOf(from);
  const allowed = arrows[room]?.join(', ') || 'nothing';
  return { rule: 'arrows', message: `${room} may not import ${to}; from ${room} one may import: ${allowed}` };
}
