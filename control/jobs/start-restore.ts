import type { Transaction } from 'kysely';
import { z } from 'zod';
import type { ControlContext } from '../context.ts';
import type { Database } from '../database/tables.ts';
import { ConflictError, NotFoundError } from '../errors.ts';
import { inTransaction } from '../events/in-transaction.ts';
import { idempotent } from '../idempotency.ts';
import { idempotencyKeySchema, parseInput, requireUuid, textSchema } from '../input.ts';
import { isStaying } from '../recovery-points/staying.ts';
import { lockVisibleVcenter, requireLiveVcenter } from '../vcenters/require-live-vcenter.ts';
import { waitReasonOfVcenter } from '../vcenters/vcenter-status.ts';
import { requireScope, type Viewer, visible } from '../viewer.ts';
import { wakeGateway } from '../wake-gateway.ts';
import { chooseGateway } from './choose-gateway.ts';
import { insertJob, waitReasonOf } from './insert-job.ts';
import { requireVisibleJob } from './visible-job.ts';

/** vSphere allows 80 characters in the name of a virtual machine (vSphere documentation, "name" of VirtualMachineConfigSpec). */
const vmNameLength = 80;

const startRestoreInput = z.object({
  recoveryPointId: z.string(),
  /** Default: an activated gateway of the VM's vCenter and the point's vault. */
  gatewayId: z.string().nullish(),
  /** Default: where the virtual machine was backed up. Another one gets the restored machine when that is gone, or for a move. */
  vcenterId: z.string().nullish(),
  /** Default: `<name>-restored-<yyyymmdd-hhmmss>`, UTC. */
  vmName: textSchema(vmNameLength).nullish(),
  folder: textSchema(1_024).nullish(),
  datastore: textSchema(255).nullish(),
  idempotencyKey: idempotencyKeySchema,
});
export type StartRestoreInput = z.input<typeof startRestoreInput>;

/** Queues the restore of a recovery point as a new VM and returns the job's id. */
export async function startRestore(control: ControlContext, viewer: Viewer, input: StartRestoreInput): Promise<string> {
  requireScope(viewer, 'job:write');
  const { idempotencyKey, ...asked } = parseInput(startRestoreInput, input);
  const recoveryPointId = requireUuid(asked.recoveryPointId, 'recovery point');
  const { jobId, gatewayId } = await inTransaction(control, async (trx, emit) => {
    const request = { field: 'startRestore', key: idempotencyKey, input: asked };
    const { id, replayed } = await idempotent(trx, control, viewer, request);
    if (replayed) return { jobId: (await requireVisibleJob(trx, viewer, id)).id };
    const point = await requireAvailablePoint(trx, viewer, recoveryPointId);
    const vcenter = asked.vcenterId
      ? await lockVisibleVcenter(trx, viewer, asked.vcenterId)
      : await requireLiveVcenter(trx, point.vcenter_id);
    const gateway = await chooseGateway(trx, viewer, {
      gatewayId: asked.gatewayId,
      vcenterId: vcenter.id,
      vaultId: point.vault_id,
    });
    const job = await insertJob(control, trx, emit, {
      id,
      input: {
        kind: 'RESTORE',
        vmName: asked.vmName ?? restoredName(point.vm_name, control.clock.now()),
        folder: asked.folder ?? null,
        datastore: asked.datastore ?? null,
      },
      resourceGroupId: point.resource_group_id,
      vaultId: point.vault_id,
      gatewayId: gateway.id,
      vcenterId: vcenter.id,
      virtualMachineId: point.virtual_machine_id,
      recoveryPointId: point.id,
      startBefore: null,
      waitReason: waitReasonOf(gateway.status) ?? waitReasonOfVcenter(vcenter.status),
      createdBy: viewer.accessKeyId,
    });
    return { jobId: job.id, gatewayId: gateway.id };
  });
  if (gatewayId) await wakeGateway(control, gatewayId, 'WORK');
  return jobId;
}

async function requireAvailablePoint(trx: Transaction<Database>, viewer: Viewer, recoveryPointId: string) {
  const point = await trx
    .selectFrom('recovery_point')
    .innerJoin('virtual_machine', 'virtual_machine.id', 'recovery_point.virtual_machine_id')
    .select([
      'recovery_point.id',
      'recovery_point.status',
      'recovery_point.vault_id',
      'recovery_point.resource_group_id',
      'recovery_point.virtual_machine_id',
      'virtual_machine.vcenter_id',
      'virtual_machine.name as vm_name',
      isStaying('recovery_point').as('is_staying'),
    ])
    .where('recovery_point.id', '=', recoveryPointId)
    .where('recovery_point.deleted_at', 'is', null)
    .where(visible(viewer, 'recovery_point.resource_group_id'))
    // Whoever deletes it now waits and then sees this restore, or is seen here.
    .forShare('recovery_point')
    .executeTakeFirst();
  if (!point) throw new NotFoundError('recovery point');
  if (point.is_staying) return point;
  throw new ConflictError(
    'RECOVERY_POINT_NOT_AVAILABLE',
    `This recovery point cannot be restored: it is ${point.status === 'AVAILABLE' ? 'about to be deleted' : point.status}.`,
    'Choose another recovery point of this virtual machine.',
  );
}

/** `<name>-restored-<yyyymmdd-hhmmss>`; a long name gives way. */
export function restoredName(vmName: string, now: number): string {
  const [date = '', time = ''] = new Date(now).toISOString().split('T');
  const suffix = `-restored-${date.replaceAll('-', '')}-${time.slice(0, 8).replaceAll(':', '')}`;
  return `${[...vmName].slice(0, vmNameLength - suffix.length).join('')}${suffix}`;
}
