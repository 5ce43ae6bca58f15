import { type Selectable, sql, type Transaction } from 'kysely';
import { z } from 'zod';
import { isOneOf } from '../by-ids.ts';
import type { ControlContext } from '../context.ts';
import type { Database, VaultTable } from '../database/tables.ts';
import { isConfirmed } from '../deletion/confirm-name.ts';
import type { DeletionFigures, VaultDeletion } from '../deletion/deletion-record.ts';
import { deletionFigures } from '../deletion/figures.ts';
import { ConflictError, NotFoundError, VaultHasJobsError } from '../errors.ts';
import type { Emit } from '../events/event.ts';
import { inTransaction } from '../events/in-transaction.ts';
import { beginGatewayDeletion, vaultLocked } from '../gateways/delete-gateway.ts';
import { idempotent } from '../idempotency.ts';
import { idempotencyKeySchema, parseInput, requireUuid } from '../input.ts';
import { requireVersion } from '../require-version.ts';
import { requireScope, type Viewer, visible } from '../viewer.ts';
import { advanceVaultDeletion } from './finish-vault-deletion.ts';
import { vaultGoes } from './update-vault.ts';

const deleteInput = z.object({
  vaultId: z.string(),
  cancelRunningJobs: z.boolean(),
  /** Compared to the letter; needed where there is something in the vault. */
  confirmName: z.string().nullish(),
  expectedVersion: z.int().nullish(),
  idempotencyKey: idempotencyKeySchema,
});
export type DeleteVaultInput = z.input<typeof deleteInput>;
type Asked = Omit<z.output<typeof deleteInput>, 'idempotencyKey'>;

/**
 * Marks a vault as DELETING, and with it its gateways; everything goes in the background: jobs, gateways, recovery points, objects, at last the vault. One with gateways or recovery points
 * needs its name typed again and the scopes for those. Throws ConflictError VAULT_NOT_EMPTY, VAULT_LOCKED or VAULT_DELETING, VaultHasJobsError, VersionConflictError.
 */
export async function deleteVault(
  control: ControlContext,
  viewer: Viewer,
  input: DeleteVaultInput,
): Promise<{ readonly vaultId: string; readonly figures: DeletionFigures }> {
  requireScope(viewer, 'vault:write');
  const { idempotencyKey, ...asked } = parseInput(deleteInput, input);
  if (asked.cancelRunningJobs) requireScope(viewer, 'job:write');
  const vaultId = requireUuid(asked.vaultId, 'vault');
  const figures = await inTransaction(control, async (trx, emit) => {
    const request = { field: 'deleteVault', key: idempotencyKey, input: asked };
    const { replayed } = await idempotent(trx, control, viewer, request, vaultId);
    const vault = await trx
      .selectFrom('vault')
      .selectAll('vault')
      .where(isOneOf('vault.id', [vaultId]))
      .where(visible(viewer, 'vault.resource_group_id'))
      .forUpdate()
      .executeTakeFirst();
    if (!vault) throw new NotFoundError('vault');
    if (replayed && vault.deletion) return vault.deletion.figures;
    if (vault.deleted_at) throw new NotFoundError('vault');
    if (vault.status === 'DELETING') throw vaultGoes();
    requireVersion(vault, asked.expectedVersion);
    return beginVaultDeletion(control, trx, emit, viewer, vault, asked);
  });
  // Recorded already: whatever fails from here on is done by a later sweep.
  await advanceVaultDeletion(control, vaultId).catch((error: unknown) =>
    control.logger.warn({ vaultId, err: error }, 'The deletion of a vault goes on later.'),
  );
  return { vaultId, figures };
}

async function beginVaultDeletion(
  control: ControlContext,
  trx: Transaction<Database>,
  emit: Emit,
  viewer: Viewer,
  vault: Selectable<VaultTable>,
  asked: Asked,
): Promise<DeletionFigures> {
  const now = new Date(control.clock.now());
  // Locked before they are counted: nobody gives one a job from here on.
  const gateways = await trx
    .selectFrom('gateway')
    .select(['id', 'status'])
    .where('vault_id', '=', vault.id)
    .where('deleted_at', 'is', null)
    .orderBy('id')
    .forUpdate()
    .execute();
  const figures = await deletionFigures(trx, { vaultId: vault.id });
  requireAllowed(viewer, vault, asked, figures);
  const how = { deleteBackupData: true, cancelRunningJobs: true };
  for (const gateway of gateways)
    if (gateway.status !== 'DELETING') await beginGatewayDeletion(control, trx, emit, gateway, how);
  const deletion: VaultDeletion = { requestedAt: now.toISOString(), figures, objectsDeleted: 0, problem: null };
  await trx
    .updateTable('vault')
    .set({ status: 'DELETING', deletion: JSON.stringify(deletion), version: sql`version + 1` })
    .where('id', '=', vault.id)
    .execute();
  emit({
    type: 'VAULT_UPDATED',
    resourceGroupId: vault.resource_group_id,
    subjectType: 'VAULT',
    subjectId: vault.id,
    data: { name: vault.name, status: 'DELETING' },
  });
  return figures;
}

function requireAllowed(viewer: Viewer, vault: Selectable<VaultTable>, asked: Asked, figures: DeletionFigures): void {
  const confirmed = isConfirmed(vault.name, asked.confirmName);
  const { gateways, recoveryPoints } = figures;
  if (gateways > 0) requireScope(viewer, 'gateway:write');
  if (recoveryPoints > 0) requireScope(viewer, 'recoveryPoint:delete');
  if (vault.worm_enabled) throw vaultLocked();
  if (!confirmed && (gateways > 0 || recoveryPoints > 0)) throw notEmpty(gateways, recoveryPoints);
  if (figures.openJobs > 0 && !asked.cancelRunningJobs)
    throw new VaultHasJobsError(figures.openJobIds, figures.openJobs);
}

function notEmpty(gateways: number, recoveryPoints: number): ConflictError {
  return new ConflictError(
    'VAULT_NOT_EMPTY',
    `This vault is not empty: ${gateways} gateways, ${recoveryPoints} recovery points.`,
    'To delete all of that with it, for good, type its name again as confirmName.',
  );
}
