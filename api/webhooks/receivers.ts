import { type LookupAddress, lookup } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { HoldfastError } from '../../base/errors.ts';

/** Where webhooks may be sent to. PUBLIC: nothing that only this machine or its network reaches. */
export type WebhookNetworks = 'PUBLIC' | 'PRIVATE';

/**
 * Addresses that are not of the public internet (IANA's special-purpose registries), so that nobody who may create a webhook can make the control
 * plane speak to its own neighbours.
 */
const notPublic = blockList([
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
  ['::', 127],
  ['64:ff9b:1::', 48],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
]);
/** Nobody's receiver, also in a private network: what clouds tell their machines about themselves. */
const neverAllowed = blockList([
  ['169.254.0.0', 16],
  ['100.100.100.200', 32],
  ['fe80::', 10],
]);

export function isAllowedAddress(address: string, networks: WebhookNetworks): boolean {
  const plain = address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '');
  const family = isIP(plain) === 6 ? 'ipv6' : 'ipv4';
  // Other ways of writing an IPv4 address into an IPv6 one lead out of the public internet as well.
  if (family === 'ipv6' && /^(::|64:ff9b:|2002:)/i.test(plain) && networks === 'PUBLIC') return false;
  return !(networks === 'PUBLIC' ? notPublic : neverAllowed).check(plain, family);
}

/** Resolves a name, and fails unless every address of it is allowed: the one that is connected to is the one that was looked at. */
export function lookupAllowed(networks: WebhookNetworks): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, []);
      const refused = addresses.find(({ address }) => !isAllowedAddress(address, networks));
      if (refused) return callback(notAllowed(hostname, refused.address), []);
      const [first] = addresses;
      if (options.all === true || !first) return callback(null, addresses satisfies LookupAddress[]);
      callback(null, first.address, first.family);
    });
  };
}

export function notAllowed(host: string, address: string): HoldfastError {
  return new HoldfastError({
    code: 'RECEIVER_NOT_ALLOWED',
    message: `${host} is at ${address}, where webhooks may not be sent to.`,
    remedy:
      'Use a receiver on the public internet, or have the operator allow private networks (HOLDFAST_WEBHOOK_NETWORKS).',
    retryable: false,
  });
}

function blockList(subnets: readonly (readonly [string, number])[]): BlockList {
  const list = new BlockList();
  for (const [net, prefix] of subnets) list.addSubnet(net, prefix, isIP(net) === 6 ? 'ipv6' : 'ipv4');
  return list;
}
