import { join } from 'node:path';
import type { DatabaseVariables } from './api.ts';
import type { Environment } from './read.ts';

export const storagePrefix = 'HOLDFAST_STORAGE_';

/**
 * The storage target's settings from `HOLDFAST_STORAGE_…`, in camel case. A driver's names are its own, so this checks
 * nothing: `parseTarget` does. `file` keeps its vaults in the data directory unless told otherwise.
 */
export function storageSettings(
  driver: string,
  environment: Environment,
  { HOLDFAST_DATA_DIRECTORY }: Pick<DatabaseVariables, 'HOLDFAST_DATA_DIRECTORY'>,
): Readonly<Record<string, string>> {
  const settings: Record<string, string> = {};
  if (driver === 'file') settings.root = join(HOLDFAST_DATA_DIRECTORY, 'vaults');
  for (const [name, value] of Object.entries(environment)) {
    if (name.startsWith(storagePrefix) && value) settings[camelCase(name.slice(storagePrefix.length))] = value;
  }
  return settings;
}

function camelCase(name: string): string {
  return name.toLowerCase().replace(/_+([a-z0-9])/g, (_match, letter: string) => letter.toUpperCase());
}
