import type { Transaction } from 'kysely';
import { updateMessagePermissions } from '../activation/message-permissions.ts';
import type { ControlContext } from '../context.ts';
import type { Database } from '../database/tables.ts';
import { cancelOpenJobs } from '../deletion/cancel-open-jobs.ts';
import type { GatewayDeletion } from '../deletion/deletion-record.ts';
import { openJobsOf } from '../deletion/figures.ts';
import { settleOpenCommands } from '../deletion/settle-open-commands.ts';
import type { Emit } from '../events/event.ts';
import { inTransaction } from '../events/in-transaction.ts';

/**
 * Takes the deletion of a gateway as far as it goes now: cancels its open jobs, and when the last of them has ended, ends the gateway. May be called at any time and by several
 * processes; every step is conditional. True: this call was the one that ended it.
 */
export async function advanceGatewayDeletion(control: ControlContext, gatewayId: string): Promise<boolean> {
  const gateway = await control.db
    .selectFrom('gateway')
    .select(['deletion', 'deleted_at', 'status'])
    .where('id', '=', gatewayId)
    .executeTakeFirst();
  if (gateway?.status !== 'DELETING' || gateway.deleted_at || !gateway.deletion) return false;
  const { deleteBackupData } = gateway.deletion;
  await cancelOpenJobs(control, { gatewayId, deleteBackupData });
  await settleOpenCommands(control, gatewayId);
  const ended = await inTransaction(control, (trx, emit) => endGateway(control, trx, emit, gatewayId));
  if (ended) await updateMessagePermissions(control, gatewayId);
  return ended;
}

async function endGateway(
  control: ControlContext,
  trx: Transaction<Database>,
  emit: Emit,
  gatewayId: string,
): Promise<boolean> {
  const gateway = await trx
    .selectFrom('gateway')
    .select(['id', 'name', 'vault_id', 'resource_group_id', 'status', 'deletion', 'deleted_at'])
    .where('id', '=', gatewayId)
    .forUpdate()
    .executeTakeFirst();
  if (gateway?.status !== 'DELETING' || gateway.deleted_at || !gateway.deletion) return false;
  const { deleteBackupData } = gateway.deletion;
  if (await isAtWork(trx, gatewayId, gateway.deletion)) return false;
  const now = new Date(control.clock.now());
  const recoveryPoints = deleteBackupData ? await condemnPoints(trx, gatewayId) : 0;
  await trx
    .updateTable('gateway_certificate')
    .set({ voided_at: now, content_sealed: null })
    .where('gateway_id', '=', gatewayId)
    .where('voided_at', 'is', null)
    .execute();
  await trx.deleteFrom('vcenter_gateway').where('gateway_id', '=', gatewayId).execute();
  // The public key stays: it is how a gateway that comes back late is told that it was deleted.
  await trx
    .updateTable('gateway')
    .set({ deleted_at: now, message_secret_sealed: null, sealing_key: null, instance_id: null })
    .where('id', '=', gatewayId)
    .execute();
  emit({
    type: 'GATEWAY_DELETED',
    resourceGroupId: gateway.resource_group_id,
    subjectType: 'GATEWAY',
    subjectId: gatewayId,
    data: { name: gateway.name, vaultId: gateway.vault_id, deleteBackupData, recoveryPoints },
  });
  return true;
}

async function isAtWork(trx: Transaction<Database>, gatewayId: string, deletion: GatewayDeletion): Promise<boolean> {
  const { deleteBackupData } = deletion;
  const job = await openJobsOf(trx, { gatewayId, deleteBackupData }).select('job.id').limit(1).executeTakeFirst();
  if (job) return true;
  const attempt = await trx
    .selectFrom('job_attempt')
    .select('id')
    .where('gateway_id', '=', gatewayId)
    .where('status', '=', 'RUNNING')
    .limit(1)
    .executeTakeFirst();
  return attempt !== undefined;
}

/** All that it made, also what a job committed while it was being cancelled. Their objects go later (sweep-deleted-points.ts). */
async function condemnPoints(trx: Transaction<Database>, gatewayId: string): Promise<number> {
  const condemned = await trx
    .updateTable('recovery_point')
    .set({ status: 'DELETING' })
    .where('gateway_id', '=', gatewayId)
    .where('status', 'in', ['AVAILABLE', 'DAMAGED'])
    .executeTakeFirstOrThrow();
  return Number(condemned.numUpdatedRows);
}
