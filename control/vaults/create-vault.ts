import { z } from 'zod';
import type { ControlContext } from '../context.ts';
import { NotFoundError } from '../errors.ts';
import { inTransaction } from '../events/in-transaction.ts';
import { idempotent, replayedId } from '../idempotency.ts';
import { idempotencyKeySchema, nameSchema, parseInput } from '../input.ts';
import { type VaultRow, vaultColumns } from '../rows.ts';
import { requireScope, type Viewer, visible } from '../viewer.ts';
import { makeVaultStorage, planVault } from './make-vault.ts';

/** A new vault, as `createVault` and `createGateway` take it. */
export const newVaultSchema = z.object({
  /** Missing: a random one that can be read out. */
  name: nameSchema.nullish(),
  regionId: z.string(),
  /** Missing: the viewer's only group, or the default one. */
  resourceGroupId: z.string().nullish(),
});

const createInput = newVaultSchema.extend({ idempotencyKey: idempotencyKeySchema });
export type CreateVaultInput = z.input<typeof createInput>;

export interface CreatedVault {
  readonly vault: VaultRow;
  /** Restores without the control plane. Kept nowhere and shown this once; null in a replay. */
  readonly recoveryKey: string | null;
}

/**
 * The storage is made and tried first, then the vault is recorded in one transaction: a vault that exists works. Throws what the storage
 * driver throws, ConflictError NAME_TAKEN, NotFoundError for the resource group, InvalidInputError for the region.
 */
export async function createVault(
  control: ControlContext,
  viewer: Viewer,
  input: CreateVaultInput,
  signal: AbortSignal = new AbortController().signal,
): Promise<CreatedVault> {
  requireScope(viewer, 'vault:write');
  const { idempotencyKey, ...wanted } = parseInput(createInput, input);
  const request = { field: 'createVault', key: idempotencyKey, input: wanted };
  const earlier = await replayedId(control.db, control, viewer, request);
  if (earlier !== undefined) return { vault: await readVault(control.db, viewer, earlier), recoveryKey: null };

  const plan = await planVault(control, viewer, wanted);
  await using made = await makeVaultStorage(control, viewer, plan, signal);
  try {
    const created = await inTransaction(control, async (trx, emit) => {
      const { id, replayed } = await idempotent(trx, control, viewer, request, made.id);
      if (replayed) return { vault: await readVault(trx, viewer, id), recoveryKey: null };
      return { vault: await made.insert(trx, emit), recoveryKey: made.recoveryKey };
    });
    if (created.recoveryKey !== null) made.keep();
    return created;
  } catch (error) {
    throw made.refusal(error);
  }
}

/** Throws NotFoundError, also for a vault the viewer may not see. */
export async function readVault(db: ControlContext['db'], viewer: Viewer, id: string): Promise<VaultRow> {
  const vault = await db
    .selectFrom('vault')
    .select(vaultColumns)
    .where('vault.id', '=', id)
    .where('vault.deleted_at', 'is', null)
    .where(visible(viewer, 'vault.resource_group_id'))
    .executeTakeFirst();
  if (!vault) throw new NotFoundError('vault');
  return vault;
}
