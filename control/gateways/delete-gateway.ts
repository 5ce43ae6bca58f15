import type { Selectable, Transaction } from 'kysely';
import { z } from 'zod';
import { setGatewayStatus } from '../activation/gateway-status.ts';
import { isOneOf } from '../by-ids.ts';
import type { ControlContext } from '../context.ts';
import type { Database, GatewayStatus, GatewayTable } from '../database/tables.ts';
import { isConfirmed, nameNotTyped } from '../deletion/confirm-name.ts';
import type { GatewayDeletion } from '../deletion/deletion-record.ts';
import { deletionFigures } from '../deletion/figures.ts';
import { ConflictError, GatewayHasJobsError, NotFoundError } from '../errors.ts';
import type { Emit } from '../events/event.ts';
import { inTransaction } from '../events/in-transaction.ts';
import { idempotent } from '../idempotency.ts';
import { idempotencyKeySchema, parseInput, requireUuid } from '../input.ts';
import { requireVersion } from '../require-version.ts';
import { requireScope, type Viewer, visible } from '../viewer.ts';
import { advanceGatewayDeletion } from './finish-gateway-deletion.ts';

const deleteInput = z.object({
  gatewayId: z.string(),
  cancelRunningJobs: z.boolean(),
  deleteBackupData: z.boolean(),
  /** Compared to the letter. */
  confirmName: z.string().nullish(),
  expectedVersion: z.int().nullish(),
  idempotencyKey: idempotencyKeySchema,
});
export type DeleteGatewayInput = z.input<typeof deleteInput>;

/**
 * Marks a gateway as DELETING: from then on it gets no work. It is gone once its last job has ended. Its recovery points stay, unless `deleteBackupData` is
 * given and its name was typed again. Throws GatewayHasJobsError, ConflictError GATEWAY_DELETING or VAULT_LOCKED, VersionConflictError.
 */
export async function deleteGateway(
  control: ControlContext,
  viewer: Viewer,
  input: DeleteGatewayInput,
): Promise<{ readonly gatewayId: string } & GatewayDeletion> {
  requireScope(viewer, 'gateway:write');
  const { idempotencyKey, ...asked } = parseInput(deleteInput, input);
  if (asked.deleteBackupData) requireScope(viewer, 'recoveryPoint:delete');
  if (asked.cancelRunningJobs) requireScope(viewer, 'job:write');
  const gatewayId = requireUuid(asked.gatewayId, 'gateway');
  const deletion = await inTransaction(control, async (trx, emit) => {
    const request = { field: 'deleteGateway', key: idempotencyKey, input: asked };
    const { replayed } = await idempotent(trx, control, viewer, request, gatewayId);
    const gateway = await trx
      .selectFrom('gateway')
      .selectAll('gateway')
      .where(isOneOf('gateway.id', [gatewayId]))
      .where(visible(viewer, 'gateway.resource_group_id'))
      .forUpdate()
      .executeTakeFirst();
    if (!gateway) throw new NotFoundError('gateway');
    if (replayed && gateway.deletion) return gateway.deletion;
    if (gateway.deleted_at) throw new NotFoundError('gateway');
    await requireDeletable(trx, gateway, asked);
    return beginGatewayDeletion(control, trx, emit, gateway, asked);
  });
  // Recorded already: whatever fails from here on is done by a later sweep.
  await advanceGatewayDeletion(control, gatewayId).catch((error: unknown) =>
    control.logger.warn({ gatewayId, err: error }, 'The deletion of a gateway goes on later.'),
  );
  return { gatewayId, ...deletion };
}

async function requireDeletable(
  trx: Transaction<Database>,
  gateway: Selectable<GatewayTable>,
  asked: Omit<z.output<typeof deleteInput>, 'idempotencyKey'>,
): Promise<void> {
  if (gateway.status === 'DELETING') throw alreadyDeleting();
  const { expectedVersion, deleteBackupData } = asked;
  requireVersion(gateway, expectedVersion);
  const confirmed = isConfirmed(gateway.name, asked.confirmName);
  if (!deleteBackupData) return;
  if (!confirmed) throw nameNotTyped();
  const vault = await trx
    .selectFrom('vault')
    .select('worm_enabled')
    .where('id', '=', gateway.vault_id)
    .executeTakeFirstOrThrow();
  if (vault.worm_enabled) throw vaultLocked();
}

const before: readonly GatewayStatus[] = [
  'NOT_ACTIVATED',
  'ACTIVATED',
  'OFFLINE',
  'CREDENTIALS_EXPIRED',
  'CERTIFICATE_EXPIRED',
];

/** For a gateway that the caller has locked FOR UPDATE, so that nobody gives it a job meanwhile. */
export async function beginGatewayDeletion(
  control: ControlContext,
  trx: Transaction<Database>,
  emit: Emit,
  gateway: Pick<Selectable<GatewayTable>, 'id'>,
  how: { readonly deleteBackupData: boolean; readonly cancelRunningJobs: boolean },
): Promise<GatewayDeletion> {
  const { deleteBackupData, cancelRunningJobs } = how;
  const now = new Date(control.clock.now());
  const figures = await deletionFigures(trx, { gatewayId: gateway.id, deleteBackupData });
  if (figures.openJobs > 0 && !cancelRunningJobs) throw new GatewayHasJobsError(figures.openJobIds, figures.openJobs);
  const deletion: GatewayDeletion = { deleteBackupData, requestedAt: now.toISOString(), figures };
  await setGatewayStatus(trx, emit, { gatewayId: gateway.id, from: before, to: 'DELETING', now });
  await trx
    .updateTable('gateway')
    .set({ deletion: JSON.stringify(deletion) })
    .where('id', '=', gateway.id)
    .execute();
  return deletion;
}

function alreadyDeleting(): ConflictError {
  return new ConflictError(
    'GATEWAY_DELETING',
    'This gateway is being deleted already.',
    'Wait until it is gone. Recovery points that it leaves can be deleted one by one.',
  );
}

/** Its objects may not be deleted before their time. */
export function vaultLocked(): ConflictError {
  return new ConflictError(
    'VAULT_LOCKED',
    "The vault's objects are locked against deletion (WORM), so its recovery points cannot be deleted.",
    'Leave the recovery points, or wait until the lock of the storage has ended.',
  );
}
