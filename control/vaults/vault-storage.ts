import { withDeadline } from '../../base/abort.ts';
import { isDriverError } from '../../base/errors.ts';
import type { ObjectStore, StorageCredentials, VaultLocation } from '../../drivers/storage/contract.ts';
import { KEYRING_KEY } from '../../repository/keys/keyring.ts';
import type { ControlContext } from '../context.ts';
import type { RedundancyReason, RedundancyType } from '../database/tables.ts';
import { findRegion, type RegionInfo } from '../regions/region.ts';

type Storage = Pick<ControlContext, 'storage' | 'logger'>;
type Regions = { readonly config: Pick<ControlContext['config'], 'regions'> };

/** Where a new vault lives inside the storage target: a prefix of its own. Throws what the storage driver throws. */
export function vaultLocation(
  { storage: { driver, target } }: Storage,
  vaultId: string,
  region: RegionInfo,
): VaultLocation {
  const prefix = `vaults/${vaultId}/`;
  const hosts = region.endpoints.data;
  if (driver.locate)
    return driver.locate(target, { region: region.id, prefix, redundancy: redundancyOf(region), hosts });
  const { root = '', bucket = root } = target.settings;
  return { driver: target.driver, region: region.id, bucket, prefix, settings: {} };
}

/** Zone-redundant where the region has it: what a bucket is asked for that is made for a vault. */
function redundancyOf({ zrs }: Pick<RegionInfo, 'zrs'>): 'ZRS' | 'LRS' {
  return zrs ? 'ZRS' : 'LRS';
}

/**
 * The same place by the storage target's settings of today: an endpoint that moved or a new CA reaches the vaults that
 * are there already. A vault of another bucket is left as it was recorded.
 */
export function currentLocation(
  { storage: { driver, target }, config }: Storage & Regions,
  recorded: VaultLocation,
): VaultLocation {
  if (!driver.locate || recorded.driver !== target.driver) return recorded;
  const { region, prefix } = recorded;
  try {
    const hosts = findRegion(config.regions, region)?.endpoints.data ?? {};
    const located = driver.locate(target, { region, prefix, hosts });
    return located.bucket === recorded.bucket ? located : recorded;
  } catch (error) {
    // The target has no place in that region any more: the gateway will hear of it from the storage itself.
    if (isDriverError(error)) return recorded;
    throw error;
  }
}

/**
 * Makes the prefix usable and writes the keyring, with no more rights than writing needs. Resolves with what
 * the vault is recorded with: what the storage says of the bucket, which the operator may have made otherwise; LRS
 * where it would not say, or knows no redundancy, as a directory: nothing is promised that is not known.
 */
export async function provisionVault(
  control: Storage,
  location: VaultLocation,
  region: Pick<RegionInfo, 'zrs'>,
  keyring: Uint8Array,
  signal: AbortSignal,
): Promise<VaultPlace> {
  const place = await control.storage.driver.provision(control.storage.target, location, signal);
  await using store = openVaultStore(control, location, 'write');
  await store.put(KEYRING_KEY, keyring, signal);
  const offered = redundancyOf(region);
  if (!place) return { redundancy: 'LRS', reason: 'STORAGE_WITHOUT_ZONES', storageClass: 'STANDARD' };
  const { bucket } = location;
  const { redundancy } = place;
  if (redundancy === 'UNKNOWN')
    control.logger.warn(
      { bucket, offered },
      'the object storage does not tell whether the bucket is zone-redundant: the vault is recorded as LRS. Let the storage target’s key do oss:GetBucketInfo',
    );
  else if (offered === 'ZRS' && redundancy === 'LRS')
    control.logger.warn(
      { bucket, redundancy, offered },
      'the bucket keeps its objects in one zone, and the region has zone redundancy: convert the bucket, or make vaults in another',
    );
  return { ...reasoned(redundancy, offered), storageClass: place.storageClass };
}

function reasoned(
  found: 'ZRS' | 'LRS' | 'UNKNOWN',
  offered: RedundancyType,
): { readonly redundancy: RedundancyType; readonly reason: RedundancyReason } {
  if (found === 'ZRS') return { redundancy: 'ZRS', reason: 'ZONE_REDUNDANT' };
  if (found === 'UNKNOWN') return { redundancy: 'LRS', reason: 'STORAGE_DID_NOT_TELL' };
  return { redundancy: 'LRS', reason: offered === 'ZRS' ? 'BUCKET_IN_ONE_ZONE' : 'REGION_WITHOUT_ZONES' };
}

/** What a vault is recorded with. */
export interface VaultPlace {
  readonly redundancy: RedundancyType;
  readonly reason: RedundancyReason;
  readonly storageClass: string;
}

/** Takes back what {@link provisionVault} wrote for a vault that came to nothing, unless it is recorded after all. */
export async function abandonVault(
  control: Pick<ControlContext, 'storage' | 'logger' | 'clock' | 'db'>,
  vaultId: string,
  location: VaultLocation,
): Promise<void> {
  try {
    const recorded = await control.db.selectFrom('vault').select('id').where('id', '=', vaultId).executeTakeFirst();
    if (recorded) return;
    await using store = openVaultStore(control, location, 'maintain');
    await withDeadline({ clock: control.clock, ms: cleanUpMs, what: 'Removing the keyring' }, (signal) =>
      store.delete([KEYRING_KEY], signal),
    );
  } catch (error) {
    control.logger.warn(
      { err: error, prefix: location.prefix },
      'the keyring of an abandoned vault could not be removed',
    );
  }
}

const cleanUpMs = 10_000;

/** From where the control plane stands, with no more rights than `access`. */
export function openVaultStore(
  { storage: { driver, target } }: Pick<Storage, 'storage'>,
  location: VaultLocation,
  access: StorageCredentials['access'],
): ObjectStore {
  return driver.open({
    location,
    credentials: (signal) => driver.issueCredentials(target, location, access, signal),
    ...(driver.ownEndpoint && { endpoint: driver.ownEndpoint(target) }),
  });
}
