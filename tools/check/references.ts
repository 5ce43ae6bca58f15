import ts from 'typescript';

/** Something a file takes from another file or package. */
export interface Reference {
  readonly specifier: string;
  readonly line: number;
  /** `url`: `new URL('./worker.ts', import.meta.url)`; `computed`: a dynamic import whose name is not written there. */
  readonly kind: 'import' | 'dynamic' | 'url' | 'computed';
}

export function parse(path: string, text: string): ts.SourceFile {
  return ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true, ts.ScriptKind.TS);
}

export function lineOf(file: ts.SourceFile, node: ts.Node): number {
  return file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1;
}

export function walk(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node);
  ts.forEachChild(node, (child) => walk(child, visit));
}

/** Static, re-exporting, type-only and dynamic imports, and files named relative to `import.meta.url`. */
export function referencesOf(file: ts.SourceFile): readonly Reference[] {
  const found: Reference[] = [];
  walk(file, (node) => {
    const reference = referenceOf(node);
    if (reference) found.push({ ...reference, line: lineOf(file, node) });
  });
  return found;
}

function referenceOf(node: ts.Node): Omit<Reference, 'line'> | undefined {
  if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier)
    return named(node.moduleSpecifier, 'import');
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) return named(node.argument.literal, 'import');
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
    return named(node.arguments[0], 'dynamic') ?? { specifier: '', kind: 'computed' };
  if (ts.isNewExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === 'URL') {
    const [target, base] = node.arguments ?? [];
    return base?.getText() === 'import.meta.url' ? named(target, 'url') : undefined;
  }
  return undefined;
}

function named(node: ts.Node | undefined, kind: Reference['kind']): Omit<Reference, 'line'> | undefined {
  return node && ts.isStringLiteralLike(node) ? { specifier: node.text, kind } : undefined;
}
