import type { RegionEndpoints } from '../../drivers/network/contract.ts';
import type { NetworkUrls } from '../config.ts';
import { InvalidInputError } from '../errors.ts';

/** One region as a console shows it. */
export interface RegionInfo {
  readonly id: string;
  readonly name: string;
  /** Whether the region's object storage offers zone-redundant storage. */
  readonly zrs: boolean;
  readonly endpoints: RegionEndpoints;
}

/** The control and message URLs of an installation: of every region that has none of its own. */
export interface InstallationUrls {
  readonly control: NetworkUrls;
  readonly message: NetworkUrls;
}

interface KnownRegions {
  readonly config: {
    readonly regions: readonly RegionInfo[];
    readonly publicUrls: NetworkUrls;
    readonly messageUrls: NetworkUrls;
  };
}

export function findRegion(regions: readonly RegionInfo[], id: string): RegionInfo | undefined {
  return regions.find((region) => region.id === id);
}

/** Throws InvalidInputError UNKNOWN_REGION, naming `path` in the input. */
export function requireRegion({ config }: KnownRegions, regionId: string, path: readonly string[]): RegionInfo {
  const region = findRegion(config.regions, regionId);
  if (region) return region;
  const message = 'is not a region of this installation; the query "regions" lists them';
  throw new InvalidInputError([{ path, code: 'UNKNOWN_REGION', message }]);
}

/** How gateways of a region reach this installation; a region it no longer knows has what all others have. */
export function endpointsOfRegion({ config }: KnownRegions, regionId: string): RegionEndpoints {
  const { publicUrls: control, messageUrls: message } = config;
  return findRegion(config.regions, regionId)?.endpoints ?? { regionId, control, message, data: {} };
}
