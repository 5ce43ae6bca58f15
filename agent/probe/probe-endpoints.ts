import type { DataServer } from '../../protocol/certificate.ts';
import type { ToldServers } from '../state/records.ts';
import type { KnownVcenter } from './known-places.ts';
import type { ProbeEndpoint } from './probe-endpoint.ts';

/** All that is known of what a gateway has to reach. */
export interface Reachables {
  readonly controlUrl: string;
  readonly controlCa: string | null;
  readonly servers: ToldServers;
  readonly vcenters: readonly KnownVcenter[];
}

/** What to try: the control plane, which nothing works without, and then the rest. */
export function probeEndpoints({ controlUrl, controlCa, servers, vcenters }: Reachables): readonly ProbeEndpoint[] {
  return [
    controlEndpoint(controlUrl, controlCa),
    ...(servers.message ? [messageEndpoint(servers.message)] : []),
    ...(servers.data ? [dataEndpoint(servers.data)] : []),
    ...vcenters.flatMap(vsphereEndpoints),
  ];
}

function controlEndpoint(url: string, ca: string | null): ProbeEndpoint {
  const { protocol, pathname } = new URL(url);
  const isSecure = protocol === 'https:';
  return {
    ...addressOf(url, isSecure ? 443 : 80),
    channel: 'CONTROL',
    purpose: 'control plane: activation, jobs, inventory and secrets',
    required: true,
    tls: isSecure ? { by: 'ca', ca } : null,
    expects: { kind: 'control-plane', basePath: pathname.replace(/\/+$/, '') },
  };
}

function messageEndpoint({ url, ca }: NonNullable<ToldServers['message']>): ProbeEndpoint {
  const isSecure = new URL(url).protocol === 'mqtts:';
  return {
    ...addressOf(url, isSecure ? 8883 : 1883),
    channel: 'MESSAGE',
    purpose: 'message broker: wake-ups, heartbeats and progress (MQTT); without it work begins some seconds later',
    required: false,
    tls: isSecure ? { by: 'ca', ca } : null,
    expects: { kind: 'mqtt' },
  };
}

function dataEndpoint({ host, port, https, ca }: DataServer): ProbeEndpoint {
  return {
    host,
    port,
    channel: 'DATA',
    purpose: 'object storage of the vault; without it nothing can be backed up or restored',
    required: false,
    tls: https ? { by: 'ca', ca } : null,
    expects: { kind: 'http' },
  };
}

/** VMware's own ports: 443 for the vSphere API and HTTP NFC, 902 for NFC between a backup proxy and a host (ports.vmware.com, "vSphere"). */
function vsphereEndpoints({ address, trustedFingerprint, hosts }: KnownVcenter): ProbeEndpoint[] {
  const common = { channel: 'VSPHERE', required: false, expects: { kind: 'connection' } } as const;
  const vcenter = URL.parse(`https://${isBareIpv6(address) ? `[${address}]` : address}`);
  if (!vcenter) return [];
  const own: ProbeEndpoint = {
    ...common,
    ...addressOf(vcenter.href, 443),
    purpose: 'the vSphere API: inventory, snapshots, changed blocks',
    tls: { by: 'fingerprint', fingerprint: trustedFingerprint },
  };
  const anyCertificate = { by: 'fingerprint', fingerprint: null } as const;
  return [
    own,
    ...[...hosts]
      .filter((host) => host !== own.host)
      .flatMap((host): ProbeEndpoint[] => [
        { ...common, host, port: 443, purpose: 'ESXi host: disk transfer with the nfc transport', tls: anyCertificate },
        { ...common, host, port: 902, purpose: 'ESXi host: disk transfer with the nbd transport', tls: null },
      ]),
  ];
}

function addressOf(url: string, usualPort: number): { readonly host: string; readonly port: number } {
  const { hostname, port } = new URL(url);
  return { host: hostname.replace(/^\[|\]$/g, ''), port: port === '' ? usualPort : Number(port) };
}

function isBareIpv6(address: string): boolean {
  return /^[0-9A-Fa-f]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*$/.test(address);
}
