import { type Clock, systemClock } from '../../../base/clock.ts';
import { type IdSource, systemIds } from '../../../base/ids.ts';
import type {
  ProvisionedPlace,
  StorageAccess,
  StorageCredentials,
  StorageDriver,
  StorageTarget,
  VaultLocation,
} from '../contract.ts';
import { assumeRole } from './assume-role.ts';
import { prepareBucket } from './bucket.ts';
import { OssClient } from './client.ts';
import { Connections } from './connections.ts';
import { fillPattern } from './host-pattern.ts';
import { type OssLimits, ossLimits } from './limits.ts';
import { locateVault, placeOf, requireInside } from './location.ts';
import { probe } from './probe.ts';
import { ServerClock } from './server-clock.ts';
import { sessionPolicy } from './session-policy.ts';
import { badSetting, checkSettings, type OssTarget, ossTarget } from './settings.ts';
import { OssObjectStore } from './store.ts';

/**
 * Alibaba Cloud OSS. The control plane's AccessKey creates the bucket and assumes a role; gateways get that role's
 * short-lived credentials, cut down to their vault's prefix, and never the key itself. docs/configuration.md describes
 * the settings, docs/drivers.md the rights both need.
 */
export function createOssStorageDriver(
  options: { readonly clock?: Clock; readonly ids?: IdSource; readonly limits?: Partial<OssLimits> } = {},
): StorageDriver {
  const { clock = systemClock, ids = systemIds } = options;
  const tools = { clock, ids, limits: { ...ossLimits, ...options.limits } };

  const issue = async (
    given: StorageTarget,
    location: VaultLocation,
    access: StorageAccess,
    signal: AbortSignal,
  ): Promise<StorageCredentials> => {
    signal.throwIfAborted();
    const target = ossTarget(given);
    requireInside(target, location);
    const { accessKeyId, accessKeySecret, ca, externalId } = target;
    const credentials = await assumeRole(
      {
        endpoint: fillPattern(target.stsEndpoint, { bucket: '', region: location.region }),
        ...(ca !== undefined && { ca }),
        accessKeyId,
        accessKeySecret,
        roleArn: requireRole(target),
        ...(externalId !== undefined && { externalId }),
        sessionName: sessionName(location, access),
        seconds: target.credentialSeconds,
        policy: sessionPolicy(location, access),
      },
      tools,
      signal,
    );
    return {
      access,
      expiresAt: new Date(credentials.Expiration).toISOString(),
      values: {
        accessKeyId: credentials.AccessKeyId,
        accessKeySecret: credentials.AccessKeySecret,
        securityToken: credentials.SecurityToken,
      },
    };
  };

  return {
    name: 'oss',
    watchesProgress: true,
    pacesUploads: true,
    parseTarget: checkSettings,
    locate: (target, vault) => locateVault(ossTarget(target), vault),
    ownEndpoint: (target) => endpointOf(ossTarget(target)),
    serverOf(location, endpoint) {
      const { host, port, ca } = placeOf(location, endpoint);
      return { host, port, ca: ca ?? null };
    },
    issueCredentials: issue,
    open: (open) => new OssObjectStore(open, tools),

    async provision(given, location, signal) {
      const target = ossTarget(given);
      requireInside(target, location);
      requireRole(target);
      const endpoint = endpointOf(target);
      const place = await prepare(target, location, tools, signal);
      const credentials = (inner: AbortSignal) => issue(given, location, 'maintain', inner);
      await using store = new OssObjectStore({ location, credentials, endpoint }, tools);
      await probe(store, location, signal);
      return place;
    },
  };
}

export const ossStorageDriver = createOssStorageDriver();

/** Looks at the bucket with the target's own key: a session confined to a prefix may not. */
async function prepare(
  target: OssTarget,
  location: VaultLocation,
  { clock, limits }: { readonly clock: Clock; readonly limits: OssLimits },
  signal: AbortSignal,
): Promise<ProvisionedPlace> {
  const place = placeOf(location, endpointOf(target));
  using connections = new Connections({ ...place, clock, limits });
  const { accessKeyId, accessKeySecret } = target;
  const session = { keys: async () => ({ accessKeyId, accessKeySecret }), refuse: () => undefined };
  const client = new OssClient({ connections, place, session, clock: new ServerClock(clock) });
  const { redundancy } = location.settings;
  return await prepareBucket(client, { name: location.bucket, redundancy, mayCreate: target.createBucket }, signal);
}

function endpointOf({ scheme, network }: OssTarget) {
  return { scheme, network };
}

function requireRole({ roleArn }: OssTarget): string {
  if (roleArn !== undefined) return roleArn;
  throw badSetting(
    'roleArn',
    'is missing, and without it there is nothing a gateway could be given',
    'Create a RAM role that may use the bucket and that the AccessKey’s user may assume, and set this to its ARN.',
  );
}

/** Shows up in the account's audit trail: 2 to 64 characters of letters, digits and `.@-_`. */
function sessionName({ prefix }: VaultLocation, access: StorageAccess): string {
  const vault = prefix.split('/').at(-2) ?? '';
  return `holdfast-${access}-${vault.replace(/[^A-Za-z0-9.@_-]/g, '-')}`.slice(0, 64);
}
