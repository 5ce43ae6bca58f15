import { DriverError } from '../../base/errors.ts';
import type {
  Channel,
  ChannelEndpoint,
  NetworkDriver,
  NetworkType,
  RegionEndpoints,
  RequiredEndpoint,
} from './contract.ts';

const defaultPorts: Readonly<Record<string, number>> = {
  'https:': 443,
  'http:': 80,
  'mqtts:': 8883,
  'mqtt:': 1883,
  'wss:': 443,
  'ws:': 80,
};

const purposes: Readonly<Record<Channel, string>> = {
  CONTROL: 'activation, jobs, inventory and secrets',
  MESSAGE: 'wake-ups, heartbeats and progress (MQTT)',
  DATA: 'objects of the vault',
};

/** A network driver that takes the addresses of one network type from the region's table. */
export function networkDriver(name: string, networkType: NetworkType): NetworkDriver {
  return {
    name,
    networkType,
    endpoint: (channel, region) => endpointOf(channel, region, networkType),
    requiredEndpoints(region, { useHttps }) {
      return [...channelEndpoints(region, networkType, useHttps), ...vsphereEndpoints, ...ownEndpoints];
    },
  };
}

function endpointOf(channel: Channel, region: RegionEndpoints, networkType: NetworkType): ChannelEndpoint {
  const url = addresses(channel, region)[networkType];
  if (url !== undefined) return { url };
  throw new DriverError({
    kind: 'needsPerson',
    code: 'BAD_CONFIGURATION',
    message: `The region ${region.regionId} has no ${networkType} endpoint for the ${channel} channel.`,
    remedy: 'Choose the other network type, or configure this endpoint for the region.',
  });
}

function addresses(channel: Channel, region: RegionEndpoints): Readonly<Partial<Record<NetworkType, string>>> {
  switch (channel) {
    case 'CONTROL':
      return region.control;
    case 'MESSAGE':
      return region.message;
    case 'DATA':
      return region.data;
  }
}

function channelEndpoints(region: RegionEndpoints, networkType: NetworkType, useHttps: boolean): RequiredEndpoint[] {
  const found: RequiredEndpoint[] = [];
  for (const channel of ['CONTROL', 'MESSAGE', 'DATA'] as const) {
    const address = addresses(channel, region)[networkType];
    if (address === undefined) continue;
    const { host, port } = channel === 'DATA' ? dataHost(address, useHttps) : urlHost(address);
    found.push({ host, port, protocol: 'TCP', channel, direction: 'OUTBOUND', purpose: purposes[channel] });
  }
  return found;
}

function urlHost(address: string): { host: string; port: number } {
  const url = new URL(address);
  return {
    host: withoutBrackets(url.hostname),
    port: url.port === '' ? (defaultPorts[url.protocol] ?? 443) : Number(url.port),
  };
}

/** A host pattern with an optional port. `<bucket>` is not a URL's character, so it is not parsed as one. */
function dataHost(pattern: string, useHttps: boolean): { host: string; port: number } {
  const match = /^(?<host>.+?)(?::(?<port>\d+))?$/.exec(pattern);
  const host = withoutBrackets(match?.groups?.host ?? pattern);
  return { host, port: Number(match?.groups?.port ?? (useHttps ? 443 : 80)) };
}

function withoutBrackets(host: string): string {
  return host.replace(/^\[|\]$/g, '');
}

/**
 * Ports of VMware's own services: 443 for the vSphere API and HTTP NFC, 902 for NFC between a backup proxy and a host
 * (ports.vmware.com, "vSphere").
 */
const vsphereEndpoints: readonly RequiredEndpoint[] = [
  vsphere('<vcenter>', 443, 'the vSphere API: inventory, snapshots, changed blocks'),
  vsphere('<esxi-host>', 443, 'disk transfer with the nfc transport; the vSphere API of a single host'),
  vsphere('<esxi-host>', 902, 'disk transfer with the nbd transport'),
];

function vsphere(host: string, port: number, purpose: string): RequiredEndpoint {
  return { host, port, protocol: 'TCP', channel: 'VSPHERE', direction: 'OUTBOUND', purpose };
}

/** Names have to be found, and a person has to reach the page the gateway is activated on. */
const ownEndpoints: readonly RequiredEndpoint[] = [
  {
    host: '<dns-server>',
    port: 53,
    protocol: 'UDP',
    channel: 'DNS',
    direction: 'OUTBOUND',
    purpose: 'the names of all the others; in a VPC the servers are 100.100.2.136 and 100.100.2.138',
  },
  {
    host: '<gateway>',
    port: 8011,
    protocol: 'TCP',
    channel: 'PAGE',
    direction: 'INBOUND',
    purpose: 'the gateway’s page, from the browsers of those who activate and watch it',
  },
];
