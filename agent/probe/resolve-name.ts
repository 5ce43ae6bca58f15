import { getServers, type LookupAddress, lookup } from 'node:dns';
import { isIP } from 'node:net';
import { promisify } from 'node:util';
import type { ProbeEndpoint } from './probe-endpoint.ts';
import { codeOf, failure, type ProbeFailure } from './probe-failure.ts';

export type ResolveName = (host: string) => Promise<readonly LookupAddress[]>;

const lookUpAll = promisify(lookup);

/** Asks as every other part of the gateway does (hosts file, then name servers), and each name once. */
export function createResolver(): ResolveName {
  const asked = new Map<string, Promise<readonly LookupAddress[]>>();
  return (host) => {
    const family = isIP(host);
    if (family !== 0) return Promise.resolve([{ address: host, family }]);
    const answer = asked.get(host) ?? lookUpAll(host, { all: true });
    asked.set(host, answer);
    return answer;
  };
}

export function nameFailure(endpoint: ProbeEndpoint, cause: unknown): ProbeFailure {
  const { host } = endpoint;
  const code = codeOf(cause);
  const isUnknown = code === 'ENOTFOUND' || code === 'ENODATA';
  const message = isUnknown
    ? `The name ${host} is unknown to this gateway's name servers.`
    : `No name server answered what the address of ${host} is.`;
  const servers = getServers();
  const asked = servers.length > 0 ? ` (${servers.join(', ')})` : '';
  const remedy = isUnknown
    ? `Have the name servers of this gateway${asked} resolve it, or configure ones that do.`
    : `Check the name servers of this gateway${asked}, and open TCP and UDP port 53 to them.`;
  return failure(endpoint, 'DNS_FAILED', message, remedy, { cause });
}
