import { readFile, stat } from 'node:fs/promises';
import { findPackageJSON } from 'node:module';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';

const manifest = z.object({ exports: z.unknown().optional(), main: z.string().optional() });
const conditions = new Set(['node', 'import', 'module-sync', 'default']);

/**
 * The file URL an `import` of `specifier` from `directory` would load; undefined when it is not installed there. Node
 * itself resolves imports only from the importing file, but a driver package lives beside whoever starts Holdfast.
 * `./path` and absolute paths are taken as they are.
 */
export async function resolvePackage(specifier: string, directory: string): Promise<string | undefined> {
  if (specifier.startsWith('.') || isAbsolute(specifier)) {
    const path = resolve(directory, specifier);
    const found = await stat(path).catch(() => undefined);
    if (found?.isDirectory()) return entryOf(join(path, 'package.json'));
    return found ? pathToFileURL(path).href : undefined;
  }
  const packageJson = findPackage(specifier, directory);
  return packageJson === undefined ? undefined : entryOf(packageJson);
}

function findPackage(specifier: string, directory: string): string | undefined {
  try {
    return findPackageJSON(specifier, pathToFileURL(join(directory, 'index.js')));
  } catch {
    return undefined;
  }
}

async function entryOf(packageJson: string): Promise<string> {
  const { exports, main } = manifest.parse(JSON.parse(await readFile(packageJson, 'utf8')));
  const root = isRecord(exports) && '.' in exports ? exports['.'] : exports;
  const entry = conditionalTarget(root) ?? main ?? 'index.js';
  return pathToFileURL(join(dirname(packageJson), entry)).href;
}

function conditionalTarget(target: unknown): string | undefined {
  if (typeof target === 'string') return target;
  if (!isRecord(target)) return undefined;
  for (const [condition, inner] of Object.entries(target)) {
    const found = conditions.has(condition) ? conditionalTarget(inner) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
