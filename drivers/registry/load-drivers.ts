import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { DriverError } from '../../base/errors.ts';
import type { Registry } from '../registry.ts';
import { resolvePackage } from './resolve-package.ts';

/** What a driver package exports. */
const driverPackage = z.object({
  register: z.custom<(registry: Registry) => void | Promise<void>>((value) => typeof value === 'function'),
});

export interface LoadDriversOptions {
  /** Where packages are looked for first; the current directory unless given. Holdfast's own directory comes second. */
  readonly directory?: string;
}

/**
 * Loads the packages of HOLDFAST_DRIVERS (`package,package`, or paths that start with `.` or `/`) and lets each register
 * its drivers. Returns the names as given. Throws BAD_CONFIGURATION (needsPerson) that names the package at fault.
 */
export async function loadDrivers(
  registry: Registry,
  packages: string,
  options: LoadDriversOptions = {},
): Promise<readonly string[]> {
  const names = packages
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  for (const name of names) {
    const { register } = await importPackage(name, options.directory ?? process.cwd());
    try {
      await register(registry);
    } catch (error) {
      throw badPackage(
        name,
        `could not register its drivers: ${reason(error)}`,
        'Tell its author, or remove it',
        error,
      );
    }
  }
  return names;
}

async function importPackage(name: string, directory: string): Promise<z.infer<typeof driverPackage>> {
  const own = fileURLToPath(new URL('../..', import.meta.url));
  const url = (await resolvePackage(name, directory)) ?? (await resolvePackage(name, own));
  if (url === undefined)
    throw badPackage(name, `was not found from ${directory}`, `Install it there (npm install ${name}), or remove it`);
  let module: unknown;
  try {
    module = await import(url);
  } catch (error) {
    throw badPackage(
      name,
      `could not be loaded: ${reason(error)}`,
      'Install it again with its dependencies, or remove it',
      error,
    );
  }
  const parsed = driverPackage.safeParse(module);
  if (parsed.success) return parsed.data;
  throw badPackage(
    name,
    'exports no function called "register"',
    'Check that it is a Holdfast driver package, or remove it',
  );
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function badPackage(name: string, problem: string, remedy: string, cause?: unknown): DriverError {
  return new DriverError(
    {
      kind: 'needsPerson',
      code: 'BAD_CONFIGURATION',
      message: `The driver package "${name}" ${problem}.`,
      remedy: `${remedy} from HOLDFAST_DRIVERS.`,
    },
    { cause },
  );
}
