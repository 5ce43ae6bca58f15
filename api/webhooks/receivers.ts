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
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
  ['::', 127],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  // Teredo, documentation and others of IETF's own.
  ['2001::', 23],
  ['2001:db8::', 32],
  ['3fff::', 20],
  ['5f00::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
]);
/**
 * Nobody's receiver, also in a private network: what clouds tell their machines about themselves (Alibaba Cloud, Oracle, Azure, AWS, Google), and what
 * belongs to no single host.
 */
const metadata: readonly (readonly [string, number])[] = [
  ['169.254.0.0', 16],
  ['100.100.100.200', 32],
  ['192.0.0.192', 32],
  ['168.63.129.16', 32],
  ['fd00:ec2::', 32],
  ['fd20:ce::254', 128],
  ['fe80::', 10],
];
const neverAllowed = blockList([...metadata, ['0.0.0.0', 32], ['224.0.0.0', 3], ['::', 128], ['ff00::', 8]]);
/** IPv4 addresses written into IPv6 ones, by which a translator or a tunnel would lead to them: compatible, NAT64, 6to4, Teredo. */
const leadsElsewhere = blockList([
  ['::', 96],
  ['::ffff:0:0:0', 96],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['2001::', 32],
  ['2002::', 16],
]);

export function isAllowedAddress(address: string, networks: WebhookNetworks): boolean {
  const plain = address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '');
  const family = isIP(plain) === 6 ? 'ipv6' : 'ipv4';
  if (neverAllowed.check(plain, family)) return false;
  if (family === 'ipv6' && plain !== '::1' && leadsElsewhere.check(plain, family)) return false;
  return networks === 'PRIVATE' || !notPublic.check(plain, family);
}

/** Resolves a name, and fails unless every address of it is allowed: the one that is connected to is the one that was looked at. */
export function lookupAllowed(networks: WebhookNetworks): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, []);
      const refused = addresses.find(({ address }) => !isAllowedAddress(address, networks));
      if (refused) return callback(notAllowed(hostname), []);
      const [first] = addresses;
      if (options.all === true || !first) return callback(null, addresses satisfies LookupAddress[]);
      callback(null, first.address, first.family);
    });
  };
}

/** Does not name the address: what names lead to inside of the operator's network is nobody else's concern. */
export function notAllowed(host: string): HoldfastError {
  return new HoldfastError({
    code: 'RECEIVER_NOT_ALLOWED',
    message: `${host} is at an address where webhooks may not be sent to.`,
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
