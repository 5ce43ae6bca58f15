import type { Transaction } from 'kysely';
import type { VaultLocation } from '../../drivers/storage/contract.ts';
import { sealKeyring } from '../../repository/keys/keyring.ts';
import { formatRecoveryKey, generateRecoveryKey } from '../../repository/keys/recovery-key.ts';
import { generateVaultKeys, serialiseVaultKeys, type VaultKeys } from '../../repository/keys/vault-keys.ts';
import type { ControlContext } from '../context.ts';
import { violatedConstraint } from '../database/constraints.ts';
import type { Database } from '../database/tables.ts';
import { DatabaseUnavailableError } from '../database/unavailable.ts';
import { ConflictError } from '../errors.ts';
import type { Emit } from '../events/event.ts';
import { randomName } from '../random-name.ts';
import { type RegionInfo, requireRegion } from '../regions/region.ts';
import { chooseResourceGroup } from '../resource-groups/resource-groups.ts';
import { type VaultRow, vaultColumns } from '../rows.ts';
import type { Viewer } from '../viewer.ts';
import { abandonVault, provisionVault, type VaultPlace, vaultLocation } from './vault-storage.ts';

export interface WantedVault {
  /** Missing: a random one that can be read out. */
  readonly name?: string | null | undefined;
  readonly regionId: string;
  /** Missing: the viewer's only group, or the default one. */
  readonly resourceGroupId?: string | null | undefined;
}

/** A vault that may be made: its region and resource group are there, and its name was free a moment ago. */
export interface PlannedVault {
  readonly name: string;
  readonly region: RegionInfo;
  readonly resourceGroupId: string;
}

/** Everything that can be wrong with a new vault, before storage is touched. `path`: where it stands in the input. */
export async function planVault(
  control: ControlContext,
  viewer: Viewer,
  wanted: WantedVault,
  path: readonly string[] = [],
): Promise<PlannedVault> {
  const region = requireRegion(control, wanted.regionId, [...path, 'regionId']);
  const resourceGroupId = await chooseResourceGroup(control, viewer, wanted.resourceGroupId);
  const name = wanted.name ?? randomName(control.ids);
  const taken = await control.db
    .selectFrom('vault')
    .select('id')
    .where('resource_group_id', '=', resourceGroupId)
    .where('region_id', '=', region.id)
    .where('name', '=', name)
    .where('deleted_at', 'is', null)
    .executeTakeFirst();
  if (taken) throw nameTaken(name);
  return { name, region, resourceGroupId };
}

/** Makes and tries the storage of a vault that is not recorded yet. Throws what the storage driver throws, and leaves nothing then. */
export async function makeVaultStorage(
  control: ControlContext,
  viewer: Viewer,
  plan: PlannedVault,
  signal: AbortSignal,
): Promise<UnrecordedVault> {
  const keys = generateVaultKeys(control.ids);
  const recoveryKey = generateRecoveryKey(control.ids);
  const location = vaultLocation(control, keys.vaultId, plan.region);
  await using undo = new AsyncDisposableStack();
  undo.defer(() => abandonVault(control, keys.vaultId, location));
  const place = await provisionVault(
    control,
    location,
    plan.region,
    sealKeyring(keys, recoveryKey, control.ids),
    signal,
  );
  const made = { keys, location, place, recoveryKey: formatRecoveryKey(recoveryKey) };
  return new UnrecordedVault(control, viewer, plan, made, undo.move());
}

/** Storage without a row. Disposing takes the storage back, unless the vault was {@link UnrecordedVault.keep | kept}. */
export class UnrecordedVault implements AsyncDisposable {
  readonly id: string;
  readonly recoveryKey: string;
  readonly #control: ControlContext;
  readonly #viewer: Viewer;
  readonly #plan: PlannedVault;
  readonly #made: { readonly keys: VaultKeys; readonly location: VaultLocation; readonly place: VaultPlace };
  readonly #undo: AsyncDisposableStack;

  constructor(
    control: ControlContext,
    viewer: Viewer,
    plan: PlannedVault,
    made: {
      readonly keys: VaultKeys;
      readonly location: VaultLocation;
      readonly place: VaultPlace;
      readonly recoveryKey: string;
    },
    undo: AsyncDisposableStack,
  ) {
    this.id = made.keys.vaultId;
    this.recoveryKey = made.recoveryKey;
    this.#control = control;
    this.#viewer = viewer;
    this.#plan = plan;
    this.#made = made;
    this.#undo = undo;
  }

  async insert(trx: Transaction<Database>, emit: Emit): Promise<VaultRow> {
    const { id } = this;
    const { name, region, resourceGroupId } = this.#plan;
    const { keys, location, place } = this.#made;
    const { storage, vault: box, clock } = this.#control;
    const vault = await trx
      .insertInto('vault')
      .values({
        id,
        resource_group_id: resourceGroupId,
        region_id: region.id,
        name,
        status: 'ACTIVE',
        redundancy_type: place.redundancy,
        redundancy_reason: place.reason,
        storage_class: place.storageClass,
        encrypt_type: 'HBR_PRIVATE',
        storage_driver: storage.driver.name,
        location: JSON.stringify(location),
        keys_sealed: box.seal(serialiseVaultKeys(keys), { table: 'vault', column: 'keys_sealed', id }),
        created_at: new Date(clock.now()),
        created_by: this.#viewer.accessKeyId,
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
    return vault;
  }

  /** The transaction that recorded it is over. */
  keep(): void {
    this.#undo.move();
  }

  /** What to throw when the transaction failed with `error`. */
  refusal(error: unknown): unknown {
    // The commit may still be under way, and then not even a look tells: one small object too many does less harm than one too few.
    if (error instanceof DatabaseUnavailableError) this.keep();
    return violatedConstraint(error) === 'vault_name_taken' ? nameTaken(this.#plan.name) : error;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#undo.disposeAsync();
  }
}

function nameTaken(name: string): ConflictError {
  return new ConflictError(
    'NAME_TAKEN',
    `There is a vault named ${name} in this region and resource group already.`,
    'Choose another name, or leave it out to get a random one.',
  );
}
