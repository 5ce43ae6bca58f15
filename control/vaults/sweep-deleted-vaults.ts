import { sql } from 'kysely';
import type { ObjectStore } from '../../drivers/storage/contract.ts';
import { KEYRING_KEY } from '../../repository/keys/keyring.ts';
import type { ControlContext } from '../context.ts';
import type { VaultDeletion } from '../deletion/deletion-record.ts';
import { openJobsOf } from '../deletion/figures.ts';
import { requireVaultThere } from '../deletion/require-vault-there.ts';
import { inTransaction } from '../events/in-transaction.ts';

/** Objects of one request to the storage, and of one note of the progress. */
const objectsPerPage = 1_000;
/** After this nothing new is begun, well before a turn's end: a big vault takes many turns, and that is no failure. */
const begunWithinMs = 30_000;

/** Whether nothing stands in the way of a DELETING vault's objects any more: no gateway, job or session, and no recovery point whose end has not been told. */
export async function isReadyToEmpty(control: ControlContext, vaultId: string): Promise<boolean> {
  const { rows } = await sql<{ ready: boolean }>`select (
      exists (select from vault where id = ${vaultId}::uuid and status = 'DELETING' and deleted_at is null)
      and not exists (select from gateway where vault_id = ${vaultId}::uuid and deleted_at is null)
      and not exists (select from recovery_point where vault_id = ${vaultId}::uuid and deleted_at is null)
      and not exists (select from vault_session where vault_id = ${vaultId}::uuid and ended_at is null)
    ) as ready`.execute(control.db);
  if (rows[0]?.ready !== true) return false;
  return !(await openJobsOf(control.db, { vaultId }).select('job.id').limit(1).executeTakeFirst());
}

/**
 * Removes a vault's objects, whatever they are, for as long as a turn may take; the keyring goes last, so that what is half deleted can still be told from a place that is not there. True: the vault is
 * gone now. Cut off anywhere it goes on where it was.
 */
export async function emptyVault(
  control: ControlContext,
  { id: vaultId, isEmptied }: { readonly id: string; readonly isEmptied: boolean },
  store: ObjectStore,
  signal: AbortSignal,
): Promise<boolean> {
  const until = control.clock.monotonic() + begunWithinMs;
  while (control.clock.monotonic() < until) {
    const keys = await nextKeys(store, signal);
    if (keys.length === 0) {
      if (!isEmptied) await requireVaultThere(store, signal);
      await noteProgress(control, vaultId, { isEmptied: true });
      await store.delete([KEYRING_KEY], signal);
      return noteDeleted(control, vaultId);
    }
    await store.delete(keys, signal);
    await noteProgress(control, vaultId, { objects: keys.length });
  }
  return false;
}

/**
 * All keys but the keyring's, in their order, on which something rests: index segments go before packs, so that nobody who still knows the vault, by a database that was put back,
 * finds an index that names packs which are gone.
 */
async function nextKeys(store: ObjectStore, signal: AbortSignal): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of store.list({ prefix: '' }, signal)) {
    if (key === KEYRING_KEY) continue;
    keys.push(key);
    if (keys.length === objectsPerPage) break;
  }
  return keys;
}

/** Whether the keyring was to go as well: then a place without one is this vault's end and no missing mount. */
export async function noteProgress(
  control: ControlContext,
  vaultId: string,
  progress: { readonly objects?: number; readonly isEmptied?: true; readonly problem?: VaultDeletion['problem'] },
): Promise<void> {
  const { objects = 0, isEmptied, problem = null } = progress;
  const news = JSON.stringify({ problem, ...(isEmptied && { isEmptied }) });
  await sql`update vault set deletion = deletion || ${news}::jsonb
      || jsonb_build_object('objectsDeleted', (deletion ->> 'objectsDeleted')::integer + ${objects}::integer)
    where id = ${vaultId}::uuid and status = 'DELETING' and deleted_at is null and deletion is not null`.execute(
    control.db,
  );
}

/** The keys go with it: what a late writer may have left in the storage, nobody can read. */
async function noteDeleted(control: ControlContext, vaultId: string): Promise<boolean> {
  return inTransaction(control, async (trx, emit) => {
    const vault = await trx
      .updateTable('vault')
      .set({ deleted_at: new Date(control.clock.now()), keys_sealed: Buffer.alloc(0) })
      .where('id', '=', vaultId)
      .where('status', '=', 'DELETING')
      .where('deleted_at', 'is', null)
      .returning(['name', 'region_id', 'resource_group_id'])
      .executeTakeFirst();
    if (!vault) return false;
    emit({
      type: 'VAULT_DELETED',
      resourceGroupId: vault.resource_group_id,
      subjectType: 'VAULT',
      subjectId: vaultId,
      data: { name: vault.name, regionId: vault.region_id },
    });
    return true;
  });
}
