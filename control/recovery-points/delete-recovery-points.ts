import type { Transaction } from 'kysely';
import { z } from 'zod';
import { isOneOf } from '../by-ids.ts';
import type { ControlContext } from '../context.ts';
import type { Database } from '../database/tables.ts';
import { ConflictError, NotFoundError } from '../errors.ts';
import { inTransaction } from '../events/in-transaction.ts';
import { vaultLocked } from '../gateways/delete-gateway.ts';
import { idempotent } from '../idempotency.ts';
import { idempotencyKeySchema, parseInput, requireUuid } from '../input.ts';
import { openStatuses } from '../jobs/job-status.ts';
import { requireScope, type Viewer, visible } from '../viewer.ts';
import { isStaying } from './staying.ts';

const deleteInput = z.object({
  recoveryPointIds: z.array(z.string()).min(1).max(100),
  /** Without it a virtual machine keeps at least one recovery point that can be restored. */
  deleteLast: z.boolean(),
  idempotencyKey: idempotencyKeySchema,
});
export type DeleteRecoveryPointsInput = z.input<typeof deleteInput>;

/** What was marked; bytes as {@link deletionFigures} counts them. */
export interface DeletedRecoveryPoints {
  readonly recoveryPointIds: readonly string[];
}

/**
 * Marks recovery points as DELETING, all of them or none; their objects go in the background. One that is DELETING already stays so. Throws ConflictError
 * RECOVERY_POINT_IN_USE while a restore of one is open or its own backup has not ended, LAST_RECOVERY_POINT, VAULT_LOCKED.
 */
export async function deleteRecoveryPoints(
  control: ControlContext,
  viewer: Viewer,
  input: DeleteRecoveryPointsInput,
): Promise<DeletedRecoveryPoints> {
  requireScope(viewer, 'recoveryPoint:delete');
  const { idempotencyKey, ...asked } = parseInput(deleteInput, input);
  const ids = [...new Set(asked.recoveryPointIds.map((id) => requireUuid(id, 'recovery point')))].sort();
  return inTransaction(control, async (trx) => {
    const request = { field: 'deleteRecoveryPoints', key: idempotencyKey, input: { ...asked, recoveryPointIds: ids } };
    const { replayed } = await idempotent(trx, control, viewer, request, ids[0]);
    const points = await lockPoints(trx, viewer, ids);
    if (replayed) return { recoveryPointIds: ids };
    if (points.length < ids.length || points.some(({ deleted_at }) => deleted_at !== null))
      throw new NotFoundError('recovery point');
    if (points.some(({ worm_enabled }) => worm_enabled)) throw vaultLocked();
    await requireUnused(trx, ids);
    if (!asked.deleteLast) await requireOthersLeft(trx, ids);
    await trx
      .updateTable('recovery_point')
      .set({ status: 'DELETING' })
      .where('id', 'in', ids)
      .where('status', 'in', ['AVAILABLE', 'DAMAGED'])
      .execute();
    return { recoveryPointIds: ids };
  });
}

/**
 * Their virtual machines first, so that of two deletions at once the second one sees what the first has left; then whatever else holds recovery points of those, because a vault
 * or a gateway may be deleted at the same time. The same order everywhere: vaults, gateways, recovery points.
 */
async function lockPoints(trx: Transaction<Database>, viewer: Viewer, ids: readonly string[]) {
  await trx
    .selectFrom('virtual_machine')
    .select('id')
    .where('id', 'in', (eb) =>
      eb.selectFrom('recovery_point').select('virtual_machine_id').where(isOneOf('recovery_point.id', ids)),
    )
    .orderBy('id')
    .forNoKeyUpdate()
    .execute();
  for (const table of ['vault', 'gateway'] as const)
    await trx
      .selectFrom(table)
      .select('id')
      .where('id', 'in', (eb) =>
        eb
          .selectFrom('recovery_point as any_point')
          .innerJoin('recovery_point', 'recovery_point.virtual_machine_id', 'any_point.virtual_machine_id')
          .select(`any_point.${table}_id`)
          .where(isOneOf('recovery_point.id', ids)),
      )
      .orderBy('id')
      .forKeyShare()
      .execute();
  return trx
    .selectFrom('recovery_point')
    .innerJoin('vault', 'vault.id', 'recovery_point.vault_id')
    .select(['recovery_point.id', 'recovery_point.deleted_at', 'vault.worm_enabled'])
    .where(isOneOf('recovery_point.id', ids))
    .where(visible(viewer, 'recovery_point.resource_group_id'))
    .orderBy('recovery_point.id')
    .forUpdate('recovery_point')
    .execute();
}

async function requireUnused(trx: Transaction<Database>, ids: readonly string[]): Promise<void> {
  const job = await trx
    .selectFrom('job')
    .select(['id', 'kind'])
    .where(isOneOf('job.recovery_point_id', ids))
    .where('status', 'in', openStatuses)
    .limit(1)
    .executeTakeFirst();
  if (!job) return;
  throw new ConflictError(
    'RECOVERY_POINT_IN_USE',
    job.kind === 'RESTORE'
      ? `A restore of one of these recovery points runs or waits: job ${job.id}.`
      : `The backup that made one of these recovery points has not ended: job ${job.id}.`,
    'Wait for that job to end, or cancel it, then delete the recovery points again.',
    true,
  );
}

async function requireOthersLeft(trx: Transaction<Database>, ids: readonly string[]): Promise<void> {
  const losing = await trx
    .selectFrom('virtual_machine')
    .select(['virtual_machine.name'])
    .where('virtual_machine.id', 'in', (eb) =>
      eb.selectFrom('recovery_point').select('virtual_machine_id').where(isOneOf('recovery_point.id', ids)),
    )
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('recovery_point as other')
            .select('other.id')
            .whereRef('other.virtual_machine_id', '=', 'virtual_machine.id')
            .where(isStaying('other'))
            .where('other.id', 'not in', ids),
        ),
      ),
    )
    .orderBy('virtual_machine.name')
    .limit(1)
    .executeTakeFirst();
  if (!losing) return;
  throw new ConflictError(
    'LAST_RECOVERY_POINT',
    `The virtual machine ${losing.name} would have no recovery point left.`,
    'Leave one of them, or set deleteLast to delete the last ones too.',
  );
}
