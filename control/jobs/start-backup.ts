import type { Selectable, Transaction } from 'kysely';
import { z } from 'zod';
import { quiesce } from '../../protocol/work.ts';
import type { ControlContext } from '../context.ts';
import { violatedConstraint } from '../database/constraints.ts';
import type { Database, VirtualMachineTable } from '../database/tables.ts';
import { ConflictError, InvalidInputError, NotFoundError } from '../errors.ts';
import { inTransaction } from '../events/in-transaction.ts';
import { type IdempotentRequest, idempotent } from '../idempotency.ts';
import { idempotencyKeySchema, parseInput, requireUuid } from '../input.ts';
import { requireLiveVcenter } from '../vcenters/require-live-vcenter.ts';
import { waitReasonOfVcenter } from '../vcenters/vcenter-status.ts';
import { requireScope, type Viewer, visible } from '../viewer.ts';
import { wakeGateway } from '../wake-gateway.ts';
import { chooseGateway } from './choose-gateway.ts';
import { insertJob, waitReasonOf } from './insert-job.ts';
import { openStatuses } from './job-status.ts';
import { requireVisibleJob } from './visible-job.ts';

/** How a backup is made, whichever virtual machine it is of. */
export const backupOptionsSchema = z.object({
  /** Default: an activated gateway of the VM's vCenter. */
  gatewayId: z.string().nullish(),
  quiesce: quiesce.nullish(),
  /** Read everything, whatever changed. */
  forceFull: z.boolean().nullish(),
  /** EXPIRED when it has not started by then. */
  startBefore: z.union([z.date(), z.iso.datetime({ offset: true })]).nullish(),
  idempotencyKey: idempotencyKeySchema,
});
const startBackupInput = backupOptionsSchema.extend({ virtualMachineId: z.string() });
export type StartBackupInput = z.input<typeof startBackupInput>;

/** Queues a backup of one VM and returns the job's id. Throws BACKUP_ALREADY_OPEN while another backup of this VM is open. */
export async function startBackup(control: ControlContext, viewer: Viewer, input: StartBackupInput): Promise<string> {
  requireScope(viewer, 'job:write');
  const { idempotencyKey, ...asked } = parseInput(startBackupInput, input);
  const virtualMachineId = requireUuid(asked.virtualMachineId, 'virtual machine');
  const startBefore = startBeforeOf(asked);
  const request = {
    field: 'startBackup',
    key: idempotencyKey,
    input: { ...asked, startBefore: startBefore?.toISOString() },
  };
  const { jobId, gatewayId } = await queueBackup(control, viewer, { ...asked, virtualMachineId, startBefore, request });
  if (gatewayId) await wakeGateway(control, gatewayId, 'WORK');
  return jobId;
}

/** One backup to be queued, checked as far as it can be without the database. */
export interface AskedBackup extends Pick<z.output<typeof backupOptionsSchema>, 'gatewayId' | 'quiesce' | 'forceFull'> {
  readonly virtualMachineId: string;
  readonly startBefore: Date | null;
  readonly request: IdempotentRequest;
}

/** The job's id, and the gateway to be woken: undefined when the request had been carried out before. */
export async function queueBackup(
  control: ControlContext,
  viewer: Viewer,
  asked: AskedBackup,
): Promise<{ readonly jobId: string; readonly gatewayId?: string }> {
  const { virtualMachineId, startBefore, request } = asked;
  try {
    return await inTransaction(control, async (trx, emit) => {
      const { id, replayed } = await idempotent(trx, control, viewer, request);
      if (replayed) return { jobId: (await requireVisibleJob(trx, viewer, id)).id };
      const vm = await requireVisibleVm(trx, viewer, virtualMachineId);
      requireBackupPossible(vm);
      requireFuture(control, startBefore);
      const vcenter = await requireLiveVcenter(trx, vm.vcenter_id);
      const gateway = await chooseGateway(trx, viewer, { gatewayId: asked.gatewayId, vcenterId: vm.vcenter_id });
      const openJobId = await openBackupOf(trx, vm.id);
      if (openJobId) throw alreadyOpen(openJobId);
      const job = await insertJob(control, trx, emit, {
        id,
        input: { kind: 'BACKUP', quiesce: asked.quiesce ?? 'PREFER', forceFull: asked.forceFull ?? false },
        resourceGroupId: vm.resource_group_id,
        vaultId: gateway.vault_id,
        gatewayId: gateway.id,
        vcenterId: vm.vcenter_id,
        virtualMachineId: vm.id,
        recoveryPointId: null,
        startBefore,
        waitReason: waitReasonOf(gateway.status) ?? waitReasonOfVcenter(vcenter.status),
        createdBy: viewer.accessKeyId,
      });
      return { jobId: job.id, gatewayId: gateway.id };
    });
  } catch (error) {
    if (violatedConstraint(error) !== 'job_one_open_backup_per_vm') throw error;
    throw alreadyOpen((await openBackupOf(control.db, virtualMachineId)) ?? 'unknown');
  }
}

export function startBeforeOf(asked: Pick<StartBackupInput, 'startBefore'>): Date | null {
  return asked.startBefore ? new Date(asked.startBefore) : null;
}

async function requireVisibleVm(
  trx: Transaction<Database>,
  viewer: Viewer,
  virtualMachineId: string,
): Promise<Selectable<VirtualMachineTable>> {
  const vm = await trx
    .selectFrom('virtual_machine')
    .selectAll('virtual_machine')
    .where('virtual_machine.id', '=', virtualMachineId)
    .where(visible(viewer, 'virtual_machine.resource_group_id'))
    .executeTakeFirst();
  if (!vm) throw new NotFoundError('virtual machine');
  return vm;
}

function requireBackupPossible(vm: Selectable<VirtualMachineTable>): void {
  if (!vm.present) {
    throw new ConflictError(
      'VIRTUAL_MACHINE_ABSENT',
      `The virtual machine ${vm.name} is no longer in its vCenter's inventory.`,
      'Refresh the inventory; if the virtual machine was registered again, back up that one.',
    );
  }
  if (vm.template) {
    throw new ConflictError(
      'VIRTUAL_MACHINE_IS_TEMPLATE',
      `${vm.name} is a template, and vSphere makes no snapshots of templates.`,
      'Convert the template to a virtual machine, refresh the inventory, and start the backup again.',
    );
  }
}

async function openBackupOf(db: ControlContext['db'], virtualMachineId: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('job')
    .select('id')
    .where('virtual_machine_id', '=', virtualMachineId)
    .where('kind', '=', 'BACKUP')
    .where('status', 'in', openStatuses)
    .executeTakeFirst();
  return row?.id;
}

function alreadyOpen(jobId: string): ConflictError {
  return new ConflictError(
    'BACKUP_ALREADY_OPEN',
    `A backup of this virtual machine is open already: job ${jobId}.`,
    'Wait for that job to end, or cancel it, then start the backup again.',
    true,
  );
}

/** Throws InvalidInputError for a `startBefore` that has passed. */
export function requireFuture(control: Pick<ControlContext, 'clock'>, startBefore: Date | null): void {
  if (!startBefore || startBefore.getTime() > control.clock.now()) return;
  throw new InvalidInputError([{ path: ['startBefore'], code: 'IN_THE_PAST', message: 'must be in the future' }]);
}
