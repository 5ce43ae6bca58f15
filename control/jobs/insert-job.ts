import { sql, type Transaction } from 'kysely';
import type { Finding } from '../../protocol/primitives.ts';
import type { ControlContext } from '../context.ts';
import type { Database, GatewayStatus, JobInput, WaitReason } from '../database/tables.ts';
import type { Emit } from '../events/event.ts';
import { gatewayForCleanUp } from './clean-up-gateway.ts';
import { logTransition } from './job-log.ts';
import { type JobRow, jobEvent } from './transitions.ts';

/** A job as it starts its life: queued for one gateway. */
export interface NewJob {
  readonly id: string;
  readonly input: JobInput;
  readonly resourceGroupId: string;
  readonly vaultId: string;
  readonly gatewayId: string;
  readonly vcenterId: string;
  readonly virtualMachineId: string | null;
  readonly recoveryPointId: string | null;
  readonly startBefore: Date | null;
  readonly waitReason: WaitReason | null;
  /** Row id of the access key that asked. */
  readonly createdBy: string | null;
}

export async function insertJob(
  control: ControlContext,
  trx: Transaction<Database>,
  emit: Emit,
  job: NewJob,
): Promise<JobRow> {
  const row = await trx
    .insertInto('job')
    .values({
      id: job.id,
      kind: job.input.kind,
      status: 'QUEUED',
      wait_reason: job.waitReason,
      resource_group_id: job.resourceGroupId,
      vault_id: job.vaultId,
      gateway_id: job.gatewayId,
      vcenter_id: job.vcenterId,
      virtual_machine_id: job.virtualMachineId,
      recovery_point_id: job.recoveryPointId,
      input: JSON.stringify(job.input),
      start_before: job.startBefore,
      created_at: new Date(control.clock.now()),
      created_by: job.createdBy,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  await logTransition(trx, row, row.created_at);
  emit(jobEvent('JOB_CREATED', row));
  return row;
}

/** Removes what `job` left behind in its vCenter, as a job of its own. False: no gateway is there that could, which the job's findings tell. */
export async function insertCleanupJob(
  control: ControlContext,
  trx: Transaction<Database>,
  emit: Emit,
  job: JobRow,
): Promise<boolean> {
  const gateway = await gatewayForCleanUp(trx, job);
  if (!gateway) {
    const findings = JSON.stringify([nobodyCleansUp]);
    await trx
      .updateTable('job')
      .set({ findings: sql`findings || ${findings}::jsonb` })
      .where('id', '=', job.id)
      .execute();
    return false;
  }
  await insertJob(control, trx, emit, {
    id: control.ids.uuid(),
    input: { kind: 'CLEANUP', ofJobId: job.id },
    resourceGroupId: job.resource_group_id,
    vaultId: gateway.vaultId,
    gatewayId: gateway.gatewayId,
    vcenterId: job.vcenter_id,
    virtualMachineId: job.virtual_machine_id,
    recoveryPointId: null,
    startBefore: null,
    waitReason: null,
    createdBy: job.created_by,
  });
  return true;
}

const nobodyCleansUp: Finding = {
  code: 'CLEANUP_NOT_POSSIBLE',
  severity: 'WARNING',
  message:
    'The gateway of this job was deleted and no other one reaches the vCenter, so nobody looked whether the job left something there.',
  remedy:
    'Look in the vCenter for a snapshot or a half-made virtual machine of this job and remove it. The next backup of the virtual machine, through any gateway, removes such a snapshot too.',
};

/**
 * For a job that has just ended without success and whose attempts may have left a snapshot or a half-made VM, because one was lost or the
 * vCenter could not be reached. False: there is nothing to remove, and no job was made.
 */
export async function cleanUpAfter(
  control: ControlContext,
  trx: Transaction<Database>,
  emit: Emit,
  ended: JobRow,
): Promise<boolean> {
  if (ended.kind === 'CLEANUP' || ended.fence === 0 || ended.virtual_machine_id === null) return false;
  return insertCleanupJob(control, trx, emit, ended);
}

/** Why a job queued for a gateway in this status has to wait; null: it need not. */
export function waitReasonOf(status: GatewayStatus): WaitReason | null {
  switch (status) {
    case 'ACTIVATED':
      return null;
    case 'OFFLINE':
    case 'DELETING':
      return 'GATEWAY_OFFLINE';
    default:
      return 'CREDENTIALS';
  }
}
