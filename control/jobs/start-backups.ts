import { z } from 'zod';
import { HoldfastError } from '../../base/errors.ts';
import type { ControlContext } from '../context.ts';
import { DatabaseUnavailableError } from '../database/unavailable.ts';
import { inTransaction } from '../events/in-transaction.ts';
import { idempotent } from '../idempotency.ts';
import { parseInput, requireUuid } from '../input.ts';
import { requireScope, type Viewer } from '../viewer.ts';
import { wakeGateway } from '../wake-gateway.ts';
import { backupOptionsSchema, queueBackup, requireFuture, startBeforeOf } from './start-backup.ts';

/** Backups one request may start. */
export const mostBackups = 100;

const startBackupsInput = backupOptionsSchema.extend({
  virtualMachineIds: z.array(z.string()).min(1, 'must name a virtual machine').max(mostBackups),
});
export type StartBackupsInput = z.input<typeof startBackupsInput>;

/** What became of one virtual machine's backup: it has a job or an error. */
export type StartedBackup = { readonly virtualMachineId: string } & (
  | { readonly jobId: string; readonly error?: undefined }
  | { readonly error: HoldfastError; readonly jobId?: undefined }
);

/**
 * Queues a backup of each VM; one that cannot be started keeps none of the others from it. In the order asked for, each VM once. A replay answers with the jobs of
 * the first time and tries those again that could not be started then.
 */
export async function startBackups(
  control: ControlContext,
  viewer: Viewer,
  input: StartBackupsInput,
): Promise<readonly StartedBackup[]> {
  requireScope(viewer, 'job:write');
  const { idempotencyKey, virtualMachineIds, ...asked } = parseInput(startBackupsInput, input);
  const startBefore = startBeforeOf(asked);
  const wanted = { ...asked, startBefore: startBefore?.toISOString() };
  const ids = [...new Set(virtualMachineIds)];
  const request = { field: 'startBackups', key: idempotencyKey, input: { ...wanted, virtualMachineIds: ids } };
  const { replayed } = await inTransaction(control, (trx) => idempotent(trx, control, viewer, request));
  if (!replayed) requireFuture(control, startBefore);

  const started: StartedBackup[] = [];
  const gateways = new Set<string>();
  for (const virtualMachineId of ids) {
    const key = idempotencyKey ? `${idempotencyKey}/${virtualMachineId}` : null;
    const own = { field: 'startBackups/one', key, input: wanted };
    try {
      requireUuid(virtualMachineId, 'virtual machine');
      const queued = await queueBackup(control, viewer, { ...asked, virtualMachineId, startBefore, request: own });
      if (queued.gatewayId) gateways.add(queued.gatewayId);
      started.push({ virtualMachineId, jobId: queued.jobId });
    } catch (error) {
      if (!(error instanceof HoldfastError) || error instanceof DatabaseUnavailableError) throw error;
      started.push({ virtualMachineId, error });
    }
  }
  for (const gatewayId of gateways) await wakeGateway(control, gatewayId, 'WORK');
  return started;
}
