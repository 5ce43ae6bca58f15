import { sql } from 'kysely';
import type { ControlContext } from '../context.ts';
import { openStatuses } from '../jobs/job-status.ts';
import { isStaying } from '../recovery-points/staying.ts';
import type { DeletionFigures, VirtualMachineFigures } from './deletion-record.ts';

/** What is to be deleted: a gateway, with or without the recovery points it made, or a vault with everything in it. */
export type DeletionTarget =
  | { readonly gatewayId: string; readonly deleteBackupData: boolean }
  | { readonly vaultId: string };

/** Entries of each list that is told. */
const mostListed = 100;

/** What would go, or what is concerned, in four statements. The caller has checked that the viewer may see the target. */
export async function deletionFigures(db: ControlContext['db'], target: DeletionTarget): Promise<DeletionFigures> {
  const perVm = sql`(
    select virtual_machine_id, count(*)::integer as points, sum(logical_bytes)::bigint as logical_bytes,
      sum(stored_bytes)::bigint as stored_bytes,
      (select count(*)::integer from recovery_point other
        where other.virtual_machine_id = recovery_point.virtual_machine_id and ${isStaying('other')}
          and not ${pointsOf(target, 'other')}) as others
    from recovery_point
    where ${pointsOf(target, 'recovery_point')} and status <> 'DELETING'
    group by virtual_machine_id)`;
  const { rows: totals } = await sql<
    Omit<DeletionFigures, 'byVirtualMachine' | 'gateways' | 'openJobs' | 'openJobIds'>
  >`
    select coalesce(sum(points), 0)::integer as "recoveryPoints", coalesce(sum(logical_bytes), 0)::bigint as "logicalBytes",
      coalesce(sum(stored_bytes), 0)::bigint as "storedBytes", count(*)::integer as "virtualMachines",
      (count(*) filter (where others = 0))::integer as "virtualMachinesLosingAll"
    from ${perVm} as vm`.execute(db);
  const { rows: byVirtualMachine } = await sql<VirtualMachineFigures>`
    select virtual_machine_id as "virtualMachineId", points as "recoveryPoints", logical_bytes as "logicalBytes",
      stored_bytes as "storedBytes", others as "otherRecoveryPoints"
    from ${perVm} as vm order by (others = 0) desc, stored_bytes desc, virtual_machine_id limit ${mostListed}`.execute(
    db,
  );
  const jobs = openJobsOf(db, target);
  const { total } = await jobs.select((eb) => eb.fn.countAll<number>().as('total')).executeTakeFirstOrThrow();
  const listed = await jobs.select('job.id').orderBy('job.created_at').orderBy('job.id').limit(mostListed).execute();
  const [figures] = totals;
  if (!figures) throw new Error('a sum has no row');
  return {
    ...figures,
    byVirtualMachine,
    gateways: await gatewaysOf(db, target),
    openJobs: total,
    openJobIds: listed.map(({ id }) => id),
  };
}

/** The jobs that have to end first: its own ones and, where the data goes too, restores of that data through other gateways. */
export function openJobsOf(db: ControlContext['db'], target: DeletionTarget) {
  const query = db.selectFrom('job').where('job.status', 'in', openStatuses);
  if ('vaultId' in target) return query.where('job.vault_id', '=', target.vaultId);
  const { gatewayId, deleteBackupData } = target;
  if (!deleteBackupData) return query.where('job.gateway_id', '=', gatewayId);
  return query.where((eb) =>
    eb.or([
      eb('job.gateway_id', '=', gatewayId),
      eb.and([
        eb('job.kind', '=', 'RESTORE'),
        eb(
          'job.recovery_point_id',
          'in',
          eb
            .selectFrom('recovery_point')
            .select('recovery_point.id')
            .where('recovery_point.gateway_id', '=', gatewayId),
        ),
      ]),
    ]),
  );
}

function pointsOf(target: DeletionTarget, table: string) {
  return 'vaultId' in target
    ? sql`${sql.ref(`${table}.vault_id`)} = ${target.vaultId}::uuid`
    : sql`${sql.ref(`${table}.gateway_id`)} = ${target.gatewayId}::uuid`;
}

async function gatewaysOf(db: ControlContext['db'], target: DeletionTarget): Promise<number> {
  if (!('vaultId' in target)) return 1;
  const { total } = await db
    .selectFrom('gateway')
    .select((eb) => eb.fn.countAll<number>().as('total'))
    .where('vault_id', '=', target.vaultId)
    .where('deleted_at', 'is', null)
    .executeTakeFirstOrThrow();
  return total;
}
