import type { Transaction } from 'kysely';
import { z } from 'zod';
import { isOneOf } from '../by-ids.ts';
import type { ControlContext } from '../context.ts';
import { violatedConstraint } from '../database/constraints.ts';
import type { Database } from '../database/tables.ts';
import { ConflictError, InvalidInputError, NotFoundError } from '../errors.ts';
import type { Emit } from '../events/event.ts';
import { inTransaction } from '../events/in-transaction.ts';
import { idempotent, replayedId } from '../idempotency.ts';
import { idempotencyKeySchema, nameSchema, parseInput } from '../input.ts';
import {
  type GatewayCertificateRow,
  type GatewayRow,
  gatewayCertificateColumns,
  gatewayColumns,
  type VaultRow,
  vaultColumns,
} from '../rows.ts';
import { signingKey } from '../signing-key.ts';
import { newVaultSchema } from '../vaults/create-vault.ts';
import { makeVaultStorage, planVault } from '../vaults/make-vault.ts';
import { requireScope, type Viewer, visible } from '../viewer.ts';
import { insertCertificate } from './certificate.ts';

/** Where the gateway's virtual machines run. Each is served by one platform driver. */
export const platforms = { ONPREM_VSPHERE: 'vsphere', ACVS: 'acvs' } as const;

const createInput = z
  .object({
    /** An existing vault. */
    vaultId: z.string().nullish(),
    /** Or a vault that is made with the gateway. */
    newVault: newVaultSchema.nullish(),
    name: nameSchema,
    platform: z.enum(['ONPREM_VSPHERE', 'ACVS']),
    networkType: z.enum(['VPC', 'INTERNET']),
    /** The region of the VPC; with VPC only, and then the vault's own. */
    vpcRegion: z.string().nullish(),
    useHttps: z.boolean(),
    /** Missing: AUTO. */
    transport: z.enum(['AUTO', 'HOTADD', 'NFC']).nullish(),
    idempotencyKey: idempotencyKeySchema,
  })
  .superRefine(({ vaultId, newVault, networkType, vpcRegion }, context) => {
    const issue = (path: string, code: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], params: { code }, message });
    if (!vaultId && !newVault) issue('vaultId', 'REQUIRED', 'is needed, or newVault to make one');
    if (vaultId && newVault) issue('newVault', 'NOT_ALLOWED', 'cannot be given together with vaultId');
    if (networkType === 'VPC' && !vpcRegion) issue('vpcRegion', 'REQUIRED', 'is needed with the network type VPC');
    if (networkType === 'INTERNET' && vpcRegion)
      issue('vpcRegion', 'NOT_ALLOWED', 'goes with the network type VPC only');
    if (networkType === 'VPC' && vpcRegion && newVault && vpcRegion !== newVault.regionId)
      issue('vpcRegion', 'OTHER_REGION', otherRegion(newVault.regionId));
  });
export type CreateGatewayInput = z.input<typeof createInput>;
type Wanted = Omit<z.output<typeof createInput>, 'idempotencyKey'>;

export interface CreatedGateway {
  readonly gateway: GatewayRow;
  /** The vault that was made with it; null for one that was there. */
  readonly newVault: VaultRow | null;
  /** The new vault's, kept nowhere and shown this once; null without a new vault, and in a replay. */
  readonly recoveryKey: string | null;
  /** Its first certificate; in a replay the one issued last, null when there is none. */
  readonly certificate: GatewayCertificateRow | null;
}

/**
 * Records a gateway for a vault, with its first certificate; it does nothing until it is activated with one. It belongs to the vault's resource
 * group. A new vault's storage is made first and everything is recorded in one transaction: there is a vault with its gateway, or neither.
 */
export async function createGateway(
  control: ControlContext,
  viewer: Viewer,
  input: CreateGatewayInput,
  signal: AbortSignal = new AbortController().signal,
): Promise<CreatedGateway> {
  requireScope(viewer, 'gateway:write');
  const { idempotencyKey, ...wanted } = parseInput(createInput, input);
  const { newVault } = wanted;
  if (newVault) requireScope(viewer, 'vault:write');
  const request = { field: 'createGateway', key: idempotencyKey, input: wanted };
  const signer = await signingKey(control);
  const record = (trx: Transaction<Database>, emit: Emit, id: string, vault: VaultRow) =>
    insertGateway(control, trx, emit, { id, wanted, vault, viewer, signer });

  if (newVault) {
    const earlier = await replayedId(control.db, control, viewer, request);
    if (earlier !== undefined) return readCreated(control.db, viewer, earlier, true);
    const plan = await planVault(control, viewer, newVault, ['newVault']);
    await using made = await makeVaultStorage(control, viewer, plan, signal);
    try {
      const created = await inTransaction(control, async (trx, emit) => {
        const { id, replayed } = await idempotent(trx, control, viewer, request);
        if (!replayed) await record(trx, emit, id, await made.insert(trx, emit));
        return { ...(await readCreated(trx, viewer, id, true)), recoveryKey: replayed ? null : made.recoveryKey };
      });
      if (created.recoveryKey !== null) made.keep();
      return created;
    } catch (error) {
      throw made.refusal(error);
    }
  }
  try {
    return await inTransaction(control, async (trx, emit) => {
      const { id, replayed } = await idempotent(trx, control, viewer, request);
      if (!replayed) await record(trx, emit, id, await usableVault(trx, viewer, wanted));
      return await readCreated(trx, viewer, id, false);
    });
  } catch (error) {
    if (violatedConstraint(error) !== 'gateway_name_taken') throw error;
    throw new ConflictError(
      'NAME_TAKEN',
      `The vault has a gateway named ${wanted.name} already.`,
      'Choose another name for this gateway.',
    );
  }
}

async function usableVault(trx: Transaction<Database>, viewer: Viewer, wanted: Wanted): Promise<VaultRow> {
  const vault = await trx
    .selectFrom('vault')
    .select(vaultColumns)
    .where(isOneOf('vault.id', [wanted.vaultId ?? '']))
    .where(visible(viewer, 'vault.resource_group_id'))
    .where('vault.status', '!=', 'DELETING')
    // A vault that begins to be deleted now is either seen here, or sees this gateway.
    .forKeyShare()
    .executeTakeFirst();
  if (!vault) throw new NotFoundError('vault');
  if (wanted.networkType === 'VPC' && wanted.vpcRegion !== vault.region_id)
    throw new InvalidInputError([{ path: ['vpcRegion'], code: 'OTHER_REGION', message: otherRegion(vault.region_id) }]);
  return vault;
}

async function insertGateway(
  control: ControlContext,
  trx: Transaction<Database>,
  emit: Emit,
  {
    id,
    wanted,
    vault,
    viewer,
    signer,
  }: {
    readonly id: string;
    readonly wanted: Wanted;
    readonly vault: VaultRow;
    readonly viewer: Viewer;
    readonly signer: Awaited<ReturnType<typeof signingKey>>;
  },
): Promise<void> {
  const now = new Date(control.clock.now());
  await trx
    .insertInto('gateway')
    .values({
      id,
      vault_id: vault.id,
      resource_group_id: vault.resource_group_id,
      name: wanted.name,
      platform: wanted.platform,
      network_type: wanted.networkType,
      vpc_region: wanted.vpcRegion ?? null,
      use_https: wanted.useHttps,
      transport: wanted.transport ?? 'AUTO',
      created_at: now,
      created_by: viewer.accessKeyId,
      status_since: now,
    })
    .execute();
  emit({
    type: 'GATEWAY_CREATED',
    resourceGroupId: vault.resource_group_id,
    subjectType: 'GATEWAY',
    subjectId: id,
    data: { name: wanted.name, vaultId: vault.id },
  });
  const { resource_group_id, region_id, location } = vault;
  const { name, useHttps: use_https, networkType: network_type } = wanted;
  const gateway = { id, name, use_https, network_type, resource_group_id, region_id, location };
  await insertCertificate(control, trx, emit, { id: control.ids.uuid(), gateway, viewer, signer });
}

async function readCreated(
  db: ControlContext['db'],
  viewer: Viewer,
  id: string,
  withVault: boolean,
): Promise<CreatedGateway> {
  const gateway = await db
    .selectFrom('gateway')
    .select(gatewayColumns)
    .where('gateway.id', '=', id)
    .where('gateway.deleted_at', 'is', null)
    .where(visible(viewer, 'gateway.resource_group_id'))
    .executeTakeFirst();
  if (!gateway) throw new NotFoundError('gateway');
  const certificate = await db
    .selectFrom('gateway_certificate')
    .select(gatewayCertificateColumns)
    .where('gateway_id', '=', id)
    .orderBy('voided_at', (order) => order.desc().nullsFirst())
    .orderBy('issued_at', 'desc')
    .orderBy('id', 'desc')
    .executeTakeFirst();
  const newVault = withVault
    ? await db.selectFrom('vault').select(vaultColumns).where('id', '=', gateway.vault_id).executeTakeFirstOrThrow()
    : null;
  return { gateway, newVault, recoveryKey: null, certificate: certificate ?? null };
}

function otherRegion(regionId: string): string {
  return `must be the vault's region, ${regionId}; use INTERNET from anywhere else`;
}
