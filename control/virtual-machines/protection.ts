import { sql } from 'kysely';
import { inOrder, isOneOf } from '../by-ids.ts';
import type { ControlContext } from '../context.ts';
import { openStatuses } from '../jobs/job-status.ts';
import { isStaying } from '../recovery-points/staying.ts';
import { requireScope, type Viewer, visible } from '../viewer.ts';

/** How well a virtual machine is protected at present. */
export interface Protection {
  readonly virtualMachineId: string;
  /** The newest recovery point that can be restored. */
  readonly lastRecoveryPointId: string | null;
  readonly lastCapturedAt: Date | null;
  readonly recoveryPointCount: number;
  /** The backup that waits or runs. */
  readonly openBackupId: string | null;
  /** The backup that ended last, however it ended. */
  readonly lastBackupId: string | null;
}

/** In the order of `virtualMachineIds`, in one statement; undefined where the viewer may not see the virtual machine. */
export async function protectionByVirtualMachineIds(
  control: Pick<ControlContext, 'db'>,
  viewer: Viewer,
  virtualMachineIds: readonly string[],
): Promise<readonly (Protection | undefined)[]> {
  requireScope(viewer, 'recoveryPoint:read');
  const rows = await control.db
    .selectFrom('virtual_machine')
    .leftJoinLateral(
      (eb) =>
        eb
          .selectFrom('recovery_point')
          .select(['recovery_point.id', 'recovery_point.captured_at'])
          .whereRef('recovery_point.virtual_machine_id', '=', 'virtual_machine.id')
          .where(isStaying('recovery_point'))
          .orderBy('recovery_point.captured_at', 'desc')
          .orderBy('recovery_point.id', 'desc')
          .limit(1)
          .as('point'),
      (join) => join.onTrue(),
    )
    .leftJoinLateral(
      (eb) =>
        eb
          .selectFrom('job')
          .select('job.id')
          .whereRef('job.virtual_machine_id', '=', 'virtual_machine.id')
          .where('job.kind', '=', 'BACKUP')
          .where('job.status', 'in', openStatuses)
          .limit(1)
          .as('open_backup'),
      (join) => join.onTrue(),
    )
    .leftJoinLateral(
      (eb) =>
        eb
          .selectFrom('job')
          .select('job.id')
          .whereRef('job.virtual_machine_id', '=', 'virtual_machine.id')
          .where('job.kind', '=', 'BACKUP')
          .where('job.status', 'not in', openStatuses)
          .orderBy('job.created_at', 'desc')
          .orderBy('job.id', 'desc')
          .limit(1)
          .as('last_backup'),
      (join) => join.onTrue(),
    )
    .select((eb) => [
      'virtual_machine.id',
      'virtual_machine.id as virtualMachineId',
      'point.id as lastRecoveryPointId',
      'point.captured_at as lastCapturedAt',
      'open_backup.id as openBackupId',
      'last_backup.id as lastBackupId',
      eb
        .selectFrom('recovery_point')
        .select(sql<number>`count(*)::integer`.as('count'))
        .whereRef('recovery_point.virtual_machine_id', '=', 'virtual_machine.id')
        .where(isStaying('recovery_point'))
        .as('recoveryPointCount'),
    ])
    .where(isOneOf('virtual_machine.id', virtualMachineIds))
    .where(visible(viewer, 'virtual_machine.resource_group_id'))
    .execute();
  const known = rows.map((row) => ({ ...row, recoveryPointCount: row.recoveryPointCount ?? 0 }));
  return inOrder(virtualMachineIds, known);
}
