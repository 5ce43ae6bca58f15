import { DriverError } from '../../../base/errors.ts';

export interface ServerAddress {
  /** Host name or address, an IPv6 address without brackets. */
  readonly host: string;
  readonly port: number;
}

/** Reads `host`, `host:port`, `[v6]`, `[v6]:port` or a bare IPv6 address. Never a URL: nothing else may hide in it. */
export function parseAddress(address: string): ServerAddress {
  const bare = /^[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*$/.exec(address);
  if (bare) return { host: address, port: 443 };
  const match =
    /^(?:\[(?<v6>[0-9A-Fa-f:.]+)\]|(?<name>[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?))(?::(?<port>\d{1,5}))?$/.exec(
      address,
    );
  const host = match?.groups?.v6 ?? match?.groups?.name;
  const port = Number(match?.groups?.port ?? 443);
  if (!host || port < 1 || port > 65_535) {
    throw new DriverError({
      kind: 'needsPerson',
      code: 'UNREACHABLE',
      message: 'The address is not a host name or an IP address.',
      remedy: 'Give the host name or address, with :port where it is not 443, and without https:// or a path.',
    });
  }
  return { host, port };
}

export function formatAddress({ host, port }: ServerAddress): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}
