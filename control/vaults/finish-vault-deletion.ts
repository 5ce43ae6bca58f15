import type { ControlContext } from '../context.ts';
import { cancelOpenJobs } from '../deletion/cancel-open-jobs.ts';
import { openJobsOf } from '../deletion/figures.ts';
import { inTransaction } from '../events/in-transaction.ts';
import { advanceGatewayDeletion } from '../gateways/finish-gateway-deletion.ts';

/**
 * Takes the deletion of a vault as far as it goes in the database: cancels its jobs, ends its gateways, and when none is left condemns every recovery point. The storage's
 * part follows (sweep-deleted-vaults.ts). May be called at any time and by several processes.
 */
export async function advanceVaultDeletion(control: ControlContext, vaultId: string): Promise<void> {
  const gateways = await control.db
    .selectFrom('gateway')
    .select('id')
    .where('vault_id', '=', vaultId)
    .where('deleted_at', 'is', null)
    .execute();
  for (const { id } of gateways) await advanceGatewayDeletion(control, id);
  await cancelOpenJobs(control, { vaultId });
  await inTransaction(control, async (trx) => {
    const vault = await trx
      .selectFrom('vault')
      .select('status')
      .where('id', '=', vaultId)
      .where('deleted_at', 'is', null)
      .forUpdate()
      .executeTakeFirst();
    if (vault?.status !== 'DELETING') return;
    const gateway = await trx
      .selectFrom('gateway')
      .select('id')
      .where('vault_id', '=', vaultId)
      .where('deleted_at', 'is', null)
      .limit(1)
      .executeTakeFirst();
    const job = await openJobsOf(trx, { vaultId }).select('job.id').limit(1).executeTakeFirst();
    if (gateway || job) return;
    await trx
      .updateTable('recovery_point')
      .set({ status: 'DELETING' })
      .where('vault_id', '=', vaultId)
      .where('status', 'in', ['AVAILABLE', 'DAMAGED'])
      .execute();
  });
}
