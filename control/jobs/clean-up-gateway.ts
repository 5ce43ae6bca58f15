import { sql, type Transaction } from 'kysely';
import type { Database } from '../database/tables.ts';
import type { JobRow } from './transitions.ts';

/**
 * Who removes what `job` left in its vCenter: its own gateway, or, while that one is being deleted, another activated gateway of that vCenter, with the vault that one has. Undefined:
 * nobody can; the next backup of the virtual machine through any gateway sees to it.
 */
export async function gatewayForCleanUp(
  trx: Transaction<Database>,
  job: Pick<JobRow, 'gateway_id' | 'vault_id' | 'vcenter_id' | 'resource_group_id'>,
): Promise<{ readonly gatewayId: string; readonly vaultId: string } | undefined> {
  const own = await trx
    .selectFrom('gateway')
    .select('status')
    .where('id', '=', job.gateway_id)
    .forKeyShare()
    .executeTakeFirst();
  if (own && own.status !== 'DELETING') return { gatewayId: job.gateway_id, vaultId: job.vault_id };
  const other = await trx
    .selectFrom('gateway')
    .innerJoin('vcenter_gateway', 'vcenter_gateway.gateway_id', 'gateway.id')
    .select(['gateway.id', 'gateway.vault_id'])
    .where('vcenter_gateway.vcenter_id', '=', job.vcenter_id)
    .where('gateway.resource_group_id', '=', job.resource_group_id)
    .where('gateway.activated_at', 'is not', null)
    .where('gateway.status', '!=', 'DELETING')
    .orderBy(sql`(gateway.status = 'ACTIVATED')`, 'desc')
    .orderBy(sql`(gateway.vault_id = ${job.vault_id})`, 'desc')
    .orderBy('gateway.id')
    .limit(1)
    .forKeyShare('gateway')
    .executeTakeFirst();
  return other && { gatewayId: other.id, vaultId: other.vault_id };
}
