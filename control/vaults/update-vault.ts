import { sql } from 'kysely';
import { z } from 'zod';
import { isOneOf } from '../by-ids.ts';
import type { ControlContext } from '../context.ts';
import { violatedConstraint } from '../database/constraints.ts';
import { ConflictError, NotFoundError } from '../errors.ts';
import { inTransaction } from '../events/in-transaction.ts';
import { nameSchema, parseInput } from '../input.ts';
import { requireVersion } from '../require-version.ts';
import { type VaultRow, vaultColumns } from '../rows.ts';
import { requireScope, type Viewer, visible } from '../viewer.ts';

const updateInput = z.object({ vaultId: z.string(), name: nameSchema, expectedVersion: z.int().nullish() });
export type UpdateVaultInput = z.input<typeof updateInput>;

/** Renames a vault: of all it has, the name alone can change. Throws NAME_TAKEN, VAULT_DELETING, VersionConflictError. */
export async function updateVault(
  control: ControlContext,
  viewer: Viewer,
  input: UpdateVaultInput,
): Promise<{ readonly vault: VaultRow }> {
  requireScope(viewer, 'vault:write');
  const { vaultId, name, expectedVersion } = parseInput(updateInput, input);
  try {
    return await inTransaction(control, async (trx, emit) => {
      const before = await trx
        .selectFrom('vault')
        .select(vaultColumns)
        .where(isOneOf('vault.id', [vaultId]))
        .where('vault.deleted_at', 'is', null)
        .where(visible(viewer, 'vault.resource_group_id'))
        .forNoKeyUpdate()
        .executeTakeFirst();
      if (!before) throw new NotFoundError('vault');
      requireVersion(before, expectedVersion);
      if (before.status === 'DELETING') throw vaultGoes();
      if (before.name === name) return { vault: before };
      const vault = await trx
        .updateTable('vault')
        .set({ name, version: sql`version + 1` })
        .where('id', '=', before.id)
        .returning(vaultColumns)
        .executeTakeFirstOrThrow();
      emit({
        type: 'VAULT_UPDATED',
        resourceGroupId: vault.resource_group_id,
        subjectType: 'VAULT',
        subjectId: vault.id,
        data: { name, before: before.name, status: vault.status },
      });
      return { vault };
    });
  } catch (error) {
    if (violatedConstraint(error) !== 'vault_name_taken') throw error;
    throw new ConflictError(
      'NAME_TAKEN',
      `There is a vault named ${name} in this region and resource group already.`,
      'Choose another name.',
    );
  }
}

export function vaultGoes(): ConflictError {
  return new ConflictError('VAULT_DELETING', 'This vault is being deleted.', 'Use another vault, or create one.');
}
