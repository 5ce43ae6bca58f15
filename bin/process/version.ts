import { readFile } from 'node:fs/promises';
import { z } from 'zod';

/** The version of this package, from source and from the built package alike. */
export async function packageVersion(): Promise<string> {
  const text = await readFile(new URL('../../package.json', import.meta.url), 'utf8');
  return z.object({ version: z.string() }).parse(JSON.parse(text)).version;
}
