import { readFile } from 'node:fs/promises';
import { builtinRegions, sandboxRegion } from '../../control/regions/built-in-regions.ts';
import { applyCustomRegions, type CustomRegions, customRegionsSchema } from '../../control/regions/custom-regions.ts';
import type { InstallationUrls, RegionInfo } from '../../control/regions/region.ts';
import type { ApiVariables } from '../configuration/api.ts';
import { badConfiguration } from '../configuration/read.ts';

type RegionVariables = Pick<ApiVariables, 'HOLDFAST_REGIONS_FILE' | 'HOLDFAST_SANDBOX_REGION'>;

/** The regions this installation offers: those of the table, as the operator's file changes them. Throws BAD_CONFIGURATION. */
export async function readRegions(
  { HOLDFAST_REGIONS_FILE: path, HOLDFAST_SANDBOX_REGION: withSandbox }: RegionVariables,
  urls: InstallationUrls,
): Promise<readonly RegionInfo[]> {
  const known = [...(withSandbox ? [sandboxRegion(urls)] : []), ...builtinRegions(urls)];
  if (path === undefined) return known;
  const { regions, problems } = applyCustomRegions(known, await readCustomRegions(path), urls);
  if (problems.length > 0) throw wrong(path, problems);
  if (regions.length === 0) throw wrong(path, ['regions: no region is left']);
  return regions;
}

async function readCustomRegions(path: string): Promise<CustomRegions> {
  const text = await readFile(path, 'utf8').catch((error: Error) => {
    throw badConfiguration(
      `HOLDFAST_REGIONS_FILE cannot be read: ${error.message}.`,
      'Check the path and its permissions.',
    );
  });
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw wrong(path, [`it is not JSON: ${error instanceof Error ? error.message : String(error)}`]);
  }
  const parsed = customRegionsSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  throw wrong(
    path,
    parsed.error.issues.map(({ path: at, message }) => `${at.join('.') || 'the file'}: ${message}`),
  );
}

function wrong(path: string, problems: readonly string[]) {
  return badConfiguration(
    [`HOLDFAST_REGIONS_FILE names ${path}, and in it is something wrong.`, ...problems].join('\n'),
    'Correct the file and start again; docs/regions.md shows how it looks.',
  );
}
