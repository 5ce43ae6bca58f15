import { z } from 'zod';
import type { InstallationUrls, RegionInfo } from './region.ts';

/** `host[:port]` in which `<bucket>` and `<region>` stand for a vault's. */
const hostPattern = z
  .string()
  .regex(/^(?:\[[0-9a-fA-F:.]+\]|[A-Za-z0-9<][A-Za-z0-9<>.-]*)(?::\d{1,5})?$/, 'is not a host with an optional port');
const httpUrl = z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/+$/, ''));
const mqttUrl = z.url({ protocol: /^mqtts?$/ });
const byNetwork = <Address extends z.ZodType>(address: Address) =>
  z.strictObject({ VPC: address.optional(), INTERNET: address.optional() });

const customRegion = z.strictObject({
  id: z.string().regex(/^[a-z][a-z0-9-]{1,62}$/, 'is not lower-case letters, digits and dashes'),
  /** Needed for a region that is not built in. */
  name: z.string().trim().min(1).max(64).optional(),
  /** Whether its object storage offers zone-redundant storage. */
  zrs: z.boolean().optional(),
  /** A built-in region that is not offered here. */
  hidden: z.boolean().optional(),
  control: byNetwork(httpUrl).optional(),
  message: byNetwork(mqttUrl).optional(),
  /** Hosts of the object storage. */
  data: byNetwork(hostPattern).optional(),
});

/** What an operator's regions file says: docs/regions.md. */
export const customRegionsSchema = z
  .strictObject({
    /** False: only the regions named here. */
    builtIn: z.boolean().default(true),
    regions: z.array(customRegion),
  })
  .superRefine(({ regions }, context) => {
    const seen = new Set<string>();
    for (const [index, { id }] of regions.entries()) {
      if (seen.has(id)) context.addIssue({ code: 'custom', path: ['regions', index, 'id'], message: 'is there twice' });
      seen.add(id);
    }
  });
export type CustomRegions = z.output<typeof customRegionsSchema>;

/**
 * The built-in regions as the operator wants them: one with the id of a built-in region replaces what it names of it,
 * network by network, others are added at the end. Answers with what is wrong, by path, where that cannot be.
 */
export function applyCustomRegions(
  known: readonly RegionInfo[],
  custom: CustomRegions,
  urls: InstallationUrls,
): { readonly regions: readonly RegionInfo[]; readonly problems: readonly string[] } {
  const wanted = new Map(custom.regions.map((region) => [region.id, region]));
  const kept = known.filter(({ id }) => (custom.builtIn || wanted.has(id)) && wanted.get(id)?.hidden !== true);
  const changed = kept.map((region) => merged(region, wanted.get(region.id) ?? {}));
  const problems: string[] = [];
  const added = custom.regions.flatMap((region, index) => {
    if (region.hidden || known.some(({ id }) => id === region.id)) return [];
    const { id, name } = region;
    if (name === undefined) {
      problems.push(`regions.${index}.name: is needed, because ${id} is not a built-in region`);
      return [];
    }
    const endpoints = { regionId: id, control: urls.control, message: urls.message, data: {} };
    return [merged({ id, name, zrs: false, endpoints }, region)];
  });
  return { regions: [...changed, ...added], problems };
}

type Changes = Partial<CustomRegions['regions'][number]>;

/** A part that is not named stays the very object it was. */
function merged(region: RegionInfo, { name, zrs, control, message, data }: Changes): RegionInfo {
  const { endpoints } = region;
  return {
    ...region,
    ...(name !== undefined && { name }),
    ...(zrs !== undefined && { zrs }),
    endpoints: {
      ...endpoints,
      ...(control && { control: { ...endpoints.control, ...control } }),
      ...(message && { message: { ...endpoints.message, ...message } }),
      ...(data && { data: { ...endpoints.data, ...data } }),
    },
  };
}
