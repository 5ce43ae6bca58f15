import { sql } from 'kysely';
import type { ObjectStore } from '../../drivers/storage/contract.ts';
import type { ControlContext } from '../context.ts';
import { requireVaultThere } from '../deletion/require-vault-there.ts';
import { inTransaction } from '../events/in-transaction.ts';
import { openStatuses } from '../jobs/job-status.ts';

/** Recovery points that go together: one request to the storage for the commits, one for the manifests. */
export const pointsPerBatch = 100;

/**
 * Removes up to {@link pointsPerBatch} DELETING points of one vault: the commit objects first, for without one a manifest is no recovery point, then the manifests; then
 * they are noted as gone, with an event each. Cut off anywhere it does the same again; of several processes one notes it. What a running job has pinned or restores waits. Returns how many
 * it found to remove.
 */
export async function removeDeletedPoints(
  control: ControlContext,
  vaultId: string,
  store: ObjectStore,
  signal: AbortSignal,
): Promise<number> {
  const points = await removable(control, vaultId)
    .select(['id', 'virtual_machine_id', 'job_id'])
    .orderBy('id')
    .limit(pointsPerBatch)
    .execute();
  if (points.length === 0) return 0;
  // Of the ids and never of what a gateway once named: only these two objects are this point's (repository/FORMAT.md, section 1).
  const names = points.map((point) => `${point.virtual_machine_id}/${point.job_id}`);
  await store.delete(
    names.map((name) => `commits/${name}`),
    signal,
  );
  await store.delete(
    names.map((name) => `manifests/${name}`),
    signal,
  );
  await requireVaultThere(store, signal);
  await noteDeleted(
    control,
    points.map(({ id }) => id),
  );
  return points.length;
}

/** Whether {@link removeDeletedPoints} would find something. */
export async function hasRemovablePoints(control: ControlContext, vaultId: string): Promise<boolean> {
  return (await removable(control, vaultId).select('id').limit(1).executeTakeFirst()) !== undefined;
}

function removable({ db }: ControlContext, vaultId: string) {
  return db
    .selectFrom('recovery_point')
    .where('vault_id', '=', vaultId)
    .where('status', '=', 'DELETING')
    .where('deleted_at', 'is', null)
    .where(notInUse);
}

/** No open session has pinned it, and neither a restore of it nor the backup that made it is open. */
const notInUse = sql<boolean>`
  not exists (select from vault_session where vault_session.vault_id = recovery_point.vault_id
    and vault_session.ended_at is null and recovery_point.id = any(vault_session.pins))
  and not exists (select from job where job.recovery_point_id = recovery_point.id and job.status = any(${[...openStatuses]}))`;

async function noteDeleted(control: ControlContext, ids: readonly string[]): Promise<void> {
  await inTransaction(control, async (trx, emit) => {
    const deleted = await trx
      .updateTable('recovery_point')
      .set({ deleted_at: new Date(control.clock.now()) })
      .where('id', 'in', ids)
      .where('status', '=', 'DELETING')
      .where('deleted_at', 'is', null)
      .returning(['id', 'resource_group_id', 'virtual_machine_id', 'vault_id', 'job_id', 'captured_at'])
      .execute();
    for (const point of deleted.toSorted((a, b) => (a.id < b.id ? -1 : 1)))
      emit({
        type: 'RECOVERY_POINT_DELETED',
        resourceGroupId: point.resource_group_id,
        subjectType: 'RECOVERY_POINT',
        subjectId: point.id,
        data: {
          jobId: point.job_id,
          virtualMachineId: point.virtual_machine_id,
          vaultId: point.vault_id,
          capturedAt: point.captured_at.toISOString(),
        },
      });
  });
}
