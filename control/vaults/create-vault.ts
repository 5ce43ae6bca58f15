import { z } from 'zod';
import { sealKeyring } from '../../repository/keys/keyring.ts';
import { formatRecoveryKey, generateRecoveryKey } from '../../repository/keys/recovery-key.ts';
import { generateVaultKeys, serialiseVaultKeys } from '../../repository/keys/vault-keys.ts';
import type { ControlContext } from '../context.ts';
import { violatedConstraint } from '../database/constraints.ts';
import { DatabaseUnavailableError } from '../database/unavailable.ts';
import { ConflictError, NotFoundError } from '../errors.ts';
import { inTransaction } from '../events/in-transaction.ts';
import { idempotent, replayedId } from '../idempotency.ts';
import { idempotencyKeySchema, nameSchema, parseInput } from '../input.ts';
import { randomName } from '../random-name.ts';
import { requireRegion } from '../regions/region.ts';
import { chooseResourceGroup } from '../resource-groups/resource-groups.ts';
import { type VaultRow, vaultColumns } from '../rows.ts';
import { requireScope, type Viewer, visible } from '../viewer.ts';
import { abandonVault, provisionVault, vaultLocation } from './vault-storage.ts';

const createInput = z.object({
  /** Missing: a random one that can be read out. */
  name: nameSchema.nullish(),
  regionId: z.string(),
  /** Missing: the viewer's only group, or the default one. */
  resourceGroupId: z.string().nullish(),
  idempotencyKey: idempotencyKeySchema,
});
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

  const region = requireRegion(control, wanted.regionId, ['regionId']);
  const resourceGroupId = await chooseResourceGroup(control, viewer, wanted.resourceGroupId);
  const name = wanted.name ?? randomName(control.ids);
  await requireFreeName(control, resourceGroupId, region.id, name);

  const keys = generateVaultKeys(control.ids);
  const recoveryKey = generateRecoveryKey(control.ids);
  const location = vaultLocation(control, keys.vaultId, region);
  await using undo = new AsyncDisposableStack();
  undo.defer(() => abandonVault(control, keys.vaultId, location));
  const keyring = sealKeyring(keys, recoveryKey, control.ids);
  const place = await provisionVault(control, location, region, keyring, signal);
  const created = await record();
  if (created.recoveryKey !== null) undo.move();
  return created;

  async function record(): Promise<CreatedVault> {
    try {
      return await inTransaction(control, async (trx, emit) => {
        const { id, replayed } = await idempotent(trx, control, viewer, request, keys.vaultId);
        if (replayed) return { vault: await readVault(trx, viewer, id), recoveryKey: null };
        const sealedIn = { table: 'vault', column: 'keys_sealed', id };
        const vault = await trx
          .insertInto('vault')
          .values({
            id,
            resource_group_id: resourceGroupId,
            region_id: region.id,
            name,
            status: 'ACTIVE',
            redundancy_type: place.redundancy,
            storage_class: place.storageClass,
            encrypt_type: 'HBR_PRIVATE',
            storage_driver: control.storage.driver.name,
            location: JSON.stringify(location),
            keys_sealed: control.vault.seal(serialiseVaultKeys(keys), sealedIn),
            created_at: new Date(control.clock.now()),
            created_by: viewer.accessKeyId,
          })
          .returning(vaultColumns)
          .executeTakeFirstOrThrow();
        emit({
          type: 'VAULT_CREATED',
          resourceGroupId,
          subjectType: 'VAULT',
          subjectId: id,
          data: { name, regionId: region.id },
        });
        return { vault, recoveryKey: formatRecoveryKey(recoveryKey) };
      });
    } catch (error) {
      // The commit may still be under way, and then not even a look tells: one small object too many does less harm than one too few.
      if (error instanceof DatabaseUnavailableError) undo.move();
      throw violatedConstraint(error) === 'vault_name_taken' ? nameTaken(name) : error;
    }
  }
}

async function readVault(db: ControlContext['db'], viewer: Viewer, id: string): Promise<VaultRow> {
  const vault = await db
    .selectFrom('vault')
    .select(vaultColumns)
    .where('vault.id', '=', id)
    .where(visible(viewer, 'vault.resource_group_id'))
    .executeTakeFirst();
  if (!vault) throw new NotFoundError('vault');
  return vault;
}

async function requireFreeName(
  control: ControlContext,
  resourceGroupId: string,
  regionId: string,
  name: string,
): Promise<void> {
  const taken = await control.db
    .selectFrom('vault')
    .select('id')
    .where('resource_group_id', '=', resourceGroupId)
    .where('region_id', '=', regionId)
    .where('name', '=', name)
    .executeTakeFirst();
  if (taken) throw nameTaken(name);
}

function nameTaken(name: string): ConflictError {
  return new ConflictError(
    'NAME_TAKEN',
    `There is a vault named ${name} in this region and resource group already.`,
    'Choose another name, or leave it out to get a random one.',
  );
}
