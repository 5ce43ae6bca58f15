import { HoldfastError } from '../../base/errors.ts';
import type { ObjectStore } from '../../drivers/storage/contract.ts';
import { KEYRING_KEY } from '../../repository/keys/keyring.ts';

/**
 * Asked before and after deleting: a directory that is not mounted, or went away in between, looks empty, and what was "deleted" there would be back with the next mount.
 * Throws VAULT_MISSING.
 */
export async function requireVaultThere(store: ObjectStore, signal: AbortSignal): Promise<void> {
  if (await store.head(KEYRING_KEY, signal)) return;
  throw new HoldfastError({
    code: 'VAULT_MISSING',
    message: 'The vault is not where it should be: its keyring is not there.',
    remedy: `Check that the storage it is in is mounted or reachable, and that nobody moved it. If it was removed on purpose, put any object named "${KEYRING_KEY}" in its place, and the deletion ends.`,
    retryable: true,
  });
}
