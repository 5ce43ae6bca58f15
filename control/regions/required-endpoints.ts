import { z } from 'zod';
import type { NetworkType, RegionEndpoints, RequiredEndpoint } from '../../drivers/network/contract.ts';
import type { ControlContext } from '../context.ts';
import { parseInput } from '../input.ts';
import { vaultLocation } from '../vaults/vault-storage.ts';
import { requireScope, type Viewer } from '../viewer.ts';
import { type RegionInfo, requireRegion } from './region.ts';

const network = z.enum(['VPC', 'INTERNET']);
const endpointsInput = z.object({
  regionId: z.string(),
  /** Of the data channel; of the other two where they are not given. */
  networkType: network,
  useHttps: z.boolean(),
  controlNetworkType: network.nullish(),
  messageNetworkType: network.nullish(),
});
export type RequiredEndpointsInput = z.input<typeof endpointsInput>;

export interface RequiredEndpoints {
  readonly region: RegionInfo;
  readonly networkType: NetworkType;
  readonly useHttps: boolean;
  readonly endpoints: readonly RequiredEndpoint[];
}

type Control = Pick<ControlContext, 'networks' | 'storage' | 'logger' | 'config'>;

/**
 * Everything a firewall must let through for a gateway in this region. Throws InvalidInputError for the region, and
 * BAD_CONFIGURATION where the installation or its storage target has nothing there for such a network.
 */
export function requiredEndpoints(control: Control, viewer: Viewer, input: RequiredEndpointsInput): RequiredEndpoints {
  requireScope(viewer, 'gateway:read');
  const { regionId, networkType, useHttps, ...others } = parseInput(endpointsInput, input);
  const region = requireRegion(control, regionId, ['regionId']);
  const addresses = { ...region.endpoints, data: dataHosts(control, region, networkType, useHttps) };
  const networks: Partial<Record<RequiredEndpoint['channel'], NetworkType>> = {
    CONTROL: others.controlNetworkType ?? networkType,
    MESSAGE: others.messageNetworkType ?? networkType,
  };
  for (const channel of ['CONTROL', 'MESSAGE'] as const)
    control.networks[networks[channel] ?? networkType].endpoint(channel, addresses);
  const endpoints = (['VPC', 'INTERNET'] as const).flatMap((name) =>
    control.networks[name]
      .requiredEndpoints(addresses, { useHttps })
      .filter(({ channel }) => (networks[channel] ?? networkType) === name),
  );
  return { region, networkType, useHttps, endpoints: endpoints.toSorted(byChannel) };
}

const channels: readonly RequiredEndpoint['channel'][] = ['CONTROL', 'MESSAGE', 'DATA', 'VSPHERE', 'DNS', 'PAGE'];
const byChannel = (a: RequiredEndpoint, b: RequiredEndpoint) =>
  channels.indexOf(a.channel) - channels.indexOf(b.channel);

/** Where a vault that were made now would be reached; nowhere, where the storage has no hosts, as a directory. */
function dataHosts(
  control: Control,
  region: RegionInfo,
  network: NetworkType,
  useHttps: boolean,
): RegionEndpoints['data'] {
  const { driver } = control.storage;
  const location = vaultLocation(control, 'new', region);
  const server = driver.serverOf?.(location, { scheme: useHttps ? 'https' : 'http', network }) ?? null;
  if (server === null) return {};
  const { host, port } = server;
  return { [network]: `${host.includes(':') ? `[${host}]` : host}:${port}` };
}
