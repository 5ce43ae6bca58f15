import { withDeadline } from '../../base/abort.ts';
import type { StorageCredentials, VaultLocation } from '../../drivers/storage/contract.ts';
import { KEYRING_KEY } from '../../repository/keys/keyring.ts';
import type { ControlContext } from '../context.ts';

type Storage = Pick<ControlContext, 'storage' | 'logger'>;

/** Where a new vault lives inside the storage target: a prefix of its own. */
export function vaultLocation(control: Storage, vaultId: string, region: string): VaultLocation {
  const { driver, settings } = control.storage.target;
  return { driver, region, bucket: settings.bucket ?? settings.root ?? '', prefix: `vaults/${vaultId}/`, settings: {} };
}

/** Makes the prefix usable and writes the keyring, with no more rights than writing needs. */
export async function provisionVault(
  control: Storage,
  location: VaultLocation,
  keyring: Uint8Array,
  signal: AbortSignal,
): Promise<void> {
  await control.storage.driver.provision(control.storage.target, location, signal);
  await using store = control.storage.driver.open({ location, credentials: credentials(control, location, 'write') });
  await store.put(KEYRING_KEY, keyring, signal);
}

/**
 * Takes back what {@link provisionVault} wrote for a vault that came to nothing. A vault whose commit may have gone through keeps its keyring: one
 * small object too many does less harm than one too few.
 */
export async function abandonVault(
  control: Pick<ControlContext, 'storage' | 'logger' | 'clock' | 'db'>,
  vaultId: string,
  location: VaultLocation,
): Promise<void> {
  try {
    const recorded = await control.db.selectFrom('vault').select('id').where('id', '=', vaultId).executeTakeFirst();
    if (recorded) return;
    await using store = control.storage.driver.open({
      location,
      credentials: credentials(control, location, 'maintain'),
    });
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

function credentials(control: Pick<Storage, 'storage'>, location: VaultLocation, access: StorageCredentials['access']) {
  const { driver, target } = control.storage;
  return (signal: AbortSignal) => driver.issueCredentials(target, location, access, signal);
}
