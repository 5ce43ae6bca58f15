import { sql } from 'kysely';
import { z } from 'zod';
import type { ControlContext } from '../context.ts';
import { ConflictError, JobsOpenError } from '../errors.ts';
import { inTransaction } from '../events/in-transaction.ts';
import { idempotent, replayedId } from '../idempotency.ts';
import { idempotencyKeySchema, parseInput } from '../input.ts';
import { cancelOpenJobs, openJobs } from '../jobs/open-jobs.ts';
import type { VcenterRow } from '../rows.ts';
import { requireScope, type Viewer } from '../viewer.ts';
import { dropWaitingCommands } from './drop-waiting-commands.ts';
import { lockVcenter, readVcenter, requireVcenter } from './read-vcenter.ts';
import { waitReasonOfVcenter } from './vcenter-status.ts';

const removeInput = z.object({
  vcenterId: z.string(),
  /** Only this way to reach it ends. */
  gatewayId: z.string().nullish(),
  cancelRunningJobs: z.boolean().nullish(),
  idempotencyKey: idempotencyKeySchema,
  expectedVersion: z.int().positive().nullish(),
});
export type RemoveVCenterInput = z.input<typeof removeInput>;

/**
 * Forgets a vCenter and its password. Its recovery points stay and can be restored to another one; added again, it has its virtual machines and points back.
 * Throws JobsOpenError while jobs wait or run for it, unless they are to be cancelled; also when that takes long.
 */
export async function removeVCenter(
  control: ControlContext,
  viewer: Viewer,
  input: RemoveVCenterInput,
  signal?: AbortSignal,
): Promise<{ readonly vcenter: VcenterRow }> {
  requireScope(viewer, 'vcenter:write');
  const { idempotencyKey, expectedVersion, ...wanted } = parseInput(removeInput, input);
  const request = { field: 'removeVCenter', key: idempotencyKey, input: wanted };
  const earlier = await replayedId(control.db, control, viewer, request);
  if (earlier !== undefined) return { vcenter: await readVcenter(control.db, viewer, earlier) };
  const { id, status } = await requireVcenter(control.db, viewer, wanted.vcenterId, expectedVersion);
  const gatewayId = wanted.gatewayId ?? undefined;
  const ofIt = { vcenterId: id, gatewayId };
  // Before anything is cancelled for a removal that cannot be.
  if (gatewayId !== undefined) await requireAnotherWay(control.db, id, gatewayId);
  if (wanted.cancelRunningJobs) {
    const abandonCleanUps = waitReasonOfVcenter(status) !== null;
    await cancelOpenJobs(control, viewer, () => openJobs(control.db, ofIt), { abandonCleanUps, signal });
  }
  return inTransaction(control, async (trx, emit) => {
    const { replayed } = await idempotent(trx, control, viewer, request, id);
    if (replayed) return { vcenter: await readVcenter(trx, viewer, id) };
    // No job can begin while the row is locked.
    const vcenter = await lockVcenter(trx, viewer, id, expectedVersion);
    const open = await openJobs(trx, ofIt);
    if (open.length > 0) throw new JobsOpenError(open.map((job) => job.id));
    const now = new Date(control.clock.now());
    if (gatewayId !== undefined) {
      await requireAnotherWay(trx, id, gatewayId);
      await dropWaitingCommands(trx, emit, vcenter, now, noLongerReached, gatewayId);
      const links = trx.deleteFrom('vcenter_gateway').where('vcenter_id', '=', id);
      await links.where('gateway_id', '=', gatewayId).execute();
      await trx.updateTable('vcenter').set({ version: sql`version + 1` }).where('id', '=', id).execute();
    } else {
      await dropWaitingCommands(trx, emit, vcenter, now, removed);
      await trx.deleteFrom('vcenter_gateway').where('vcenter_id', '=', id).execute();
      await trx
        .updateTable('virtual_machine')
        .set({ present: false })
        .where('vcenter_id', '=', id)
        .where('present', '=', true)
        .execute();
      await trx
        .updateTable('vcenter')
        .set({
          removed_at: now,
          password_sealed: Buffer.alloc(0),
          presented_fingerprint: null,
          inventory_state: 'NEVER',
          inventory_refresh_id: null,
          version: sql`version + 1`,
        })
        .where('id', '=', id)
        .execute();
    }
    emit({
      type: gatewayId === undefined ? 'VCENTER_REMOVED' : 'VCENTER_UPDATED',
      resourceGroupId: vcenter.resource_group_id,
      subjectType: 'VCENTER',
      subjectId: id,
      data: { name: vcenter.name, ...(gatewayId !== undefined && { gatewayId, changed: ['gateways'] }) },
    });
    return { vcenter: await readVcenter(trx, viewer, id) };
  });
}

/** The gateway reaches the vCenter, and so does another one. Throws GATEWAY_NOT_CONNECTED, LAST_GATEWAY. */
async function requireAnotherWay(db: ControlContext['db'], vcenterId: string, gatewayId: string): Promise<void> {
  const links = await db
    .selectFrom('vcenter_gateway')
    .select('gateway_id')
    .where('vcenter_id', '=', vcenterId)
    .execute();
  if (!links.some((link) => link.gateway_id === gatewayId)) throw notConnected();
  if (links.length === 1) throw lastGateway();
}

const noLongerReached = {
  code: 'GATEWAY_NOT_CONNECTED',
  message: 'This gateway does not reach the vCenter any more.',
  remedy: 'Try again; another gateway of the vCenter is asked.',
  retryable: true,
};

const removed = {
  code: 'VCENTER_REMOVED',
  message: 'The vCenter was removed.',
  remedy: 'Add it again to work with it.',
  retryable: false,
};

function notConnected(): ConflictError {
  return new ConflictError(
    'GATEWAY_NOT_CONNECTED',
    'This gateway does not reach the vCenter.',
    'There is nothing to remove.',
  );
}

function lastGateway(): ConflictError {
  return new ConflictError(
    'LAST_GATEWAY',
    'This is the only gateway that reaches the vCenter.',
    'Add the vCenter through another gateway first, or remove it as a whole: leave gatewayId out.',
  );
}
