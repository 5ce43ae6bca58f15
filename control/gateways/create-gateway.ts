import { z } from 'zod';
import { isOneOf } from '../by-ids.ts';
import type { ControlContext } from '../context.ts';
import { violatedConstraint } from '../database/constraints.ts';
import { ConflictError, InvalidInputError, NotFoundError } from '../errors.ts';
import { inTransaction } from '../events/in-transaction.ts';
import { idempotent } from '../idempotency.ts';
import { idempotencyKeySchema, nameSchema, parseInput } from '../input.ts';
import { type GatewayRow, gatewayColumns } from '../rows.ts';
import { requireScope, type Viewer, visible } from '../viewer.ts';

/** Where the gateway's virtual machines run. Each is served by one platform driver. */
export const platforms = { ONPREM_VSPHERE: 'vsphere', ACVS: 'acvs' } as const;

const createInput = z
  .object({
    vaultId: z.string(),
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
  .superRefine(({ networkType, vpcRegion }, context) => {
    const issue = (code: string, message: string) =>
      context.addIssue({ code: 'custom', path: ['vpcRegion'], params: { code }, message });
    if (networkType === 'VPC' && !vpcRegion) issue('REQUIRED', 'is needed with the network type VPC');
    if (networkType === 'INTERNET' && vpcRegion) issue('NOT_ALLOWED', 'goes with the network type VPC only');
  });
export type CreateGatewayInput = z.input<typeof createInput>;

/** Records a gateway for a vault; it does nothing until it is activated with a certificate. It belongs to the vault's resource group. */
export async function createGateway(
  control: ControlContext,
  viewer: Viewer,
  input: CreateGatewayInput,
): Promise<{ readonly gateway: GatewayRow }> {
  requireScope(viewer, 'gateway:write');
  const { idempotencyKey, ...wanted } = parseInput(createInput, input);
  try {
    return await inTransaction(control, async (trx, emit) => {
      const request = { field: 'createGateway', key: idempotencyKey, input: wanted };
      const { id, replayed } = await idempotent(trx, control, viewer, request);
      if (!replayed) {
        const vault = await trx
          .selectFrom('vault')
          .select(['vault.id', 'vault.region_id', 'vault.resource_group_id'])
          .where(isOneOf('vault.id', [wanted.vaultId]))
          .where(visible(viewer, 'vault.resource_group_id'))
          .where('vault.status', '!=', 'DELETING')
          .executeTakeFirst();
        if (!vault) throw new NotFoundError('vault');
        if (wanted.networkType === 'VPC' && wanted.vpcRegion !== vault.region_id) throw otherRegion(vault.region_id);
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
      }
      const gateway = await trx
        .selectFrom('gateway')
        .select(gatewayColumns)
        .where('gateway.id', '=', id)
        .where(visible(viewer, 'gateway.resource_group_id'))
        .executeTakeFirst();
      if (!gateway) throw new NotFoundError('gateway');
      return { gateway };
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

function otherRegion(regionId: string): InvalidInputError {
  const message = `must be the vault's region, ${regionId}; use INTERNET from anywhere else`;
  return new InvalidInputError([{ path: ['vpcRegion'], code: 'OTHER_REGION', message }]);
}
