import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseVariables } from './api.ts';
import { badConfiguration, type Environment } from './read.ts';

export const storagePrefix = 'HOLDFAST_STORAGE_';
const fileSuffix = '_FILE';

/**
 * The storage target's settings from `HOLDFAST_STORAGE_…`, in camel case. `…_FILE` names a file that holds the setting:
 * a certificate, or a secret that shall not be in the environment. A driver's names are its own, so this checks
 * nothing: `parseTarget` does. `file` keeps its vaults in the data directory unless told otherwise. Throws
 * BAD_CONFIGURATION for a file that cannot be read, and for a setting given twice.
 */
export function storageSettings(
  driver: string,
  environment: Environment,
  { HOLDFAST_DATA_DIRECTORY }: Pick<DatabaseVariables, 'HOLDFAST_DATA_DIRECTORY'>,
): Readonly<Record<string, string>> {
  const settings: Record<string, string> = {};
  if (driver === 'file') settings.root = join(HOLDFAST_DATA_DIRECTORY, 'vaults');
  for (const [name, value] of Object.entries(environment)) {
    if (!name.startsWith(storagePrefix) || !value) continue;
    const isFile = name.endsWith(fileSuffix);
    const plainName = isFile ? name.slice(0, -fileSuffix.length) : name;
    if (isFile && environment[plainName])
      throw badConfiguration(`${plainName} and ${name} are both set; set one of them.`);
    settings[camelCase(plainName.slice(storagePrefix.length))] = isFile ? contentOf(name, value) : value;
  }
  return settings;
}

/**
 * Without the line end that editors and `echo` leave. What does not begin like a path is not repeated: it may be the
 * secret itself.
 */
function contentOf(name: string, path: string): string {
  try {
    return readFileSync(path, 'utf8').trimEnd();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    const problem = /^\.{0,2}\//.test(path)
      ? `is ${JSON.stringify(path)}, which cannot be read`
      : 'does not name a file that can be read';
    throw badConfiguration(`${name} ${problem} (${code}).`);
  }
}

function camelCase(name: string): string {
  return name.toLowerCase().replace(/_+([a-z0-9])/g, (_match, letter: string) => letter.toUpperCase());
}
