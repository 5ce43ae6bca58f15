import type { Transaction } from 'kysely';
import { z } from 'zod';
import { isOneOf } from '../by-ids.ts';
import type { ControlContext } from '../context.ts';
import { violatedConstraint } from '../database/constraints.ts';
import type { Database } from '../database/tables.ts';
import { ConflictError, NotFoundError } from '../errors.ts';
import { inTransaction } from '../events/in-transaction.ts';
import { platforms } from '../gateways/create-gateway.ts';
import { idempotent, replayedId } from '../idempotency.ts';
import { idempotencyKeySchema, nameSchema, parseInput } from '../input.ts';
import type { VcenterRow } from '../rows.ts';
import { requireScope, type Viewer, visible } from '../viewer.ts';
import { addressSchema, authoritySchema, fingerprintSchema, passwordSchema, usernameSchema } from './login-input.ts';
import { readVcenter } from './read-vcenter.ts';
import { releaseVcenter } from './release-vcenter.ts';
import { testLogin } from './test-login.ts';
import { passwordPlace } from './vcenter-access.ts';

const addInput = z.object({
  gatewayId: z.string(),
  address: addressSchema,
  username: usernameSchema,
  password: passwordSchema,
  certificateFingerprint: fingerprintSchema.nullish(),
  /** PEM certificates of authorities that vouch for it. */
  certificateAuthority: authoritySchema.nullish(),
  /** Missing: what the vCenter calls itself, or its address. */
  name: nameSchema.nullish(),
  idempotencyKey: idempotencyKeySchema,
});
export type AddVCenterInput = z.input<typeof addInput>;

/**
 * Logs in through the gateway first, and records the vCenter only when that worked. A vCenter that is there already gets the gateway as
 * another way to reach it; one that was removed comes back with its virtual machines and their recovery points. Throws CertificateNotTrustedError with the fingerprint to be compared, VcenterConnectionError,
 * GatewayUnavailableError, ConflictError VCENTER_ALREADY_ADDED.
 */
export async function addVCenter(
  control: ControlContext,
  viewer: Viewer,
  input: AddVCenterInput,
  signal?: AbortSignal,
): Promise<{ readonly vcenter: VcenterRow }> {
  requireScope(viewer, 'vcenter:write');
  const { idempotencyKey, ...wanted } = parseInput(addInput, input);
  const request = { field: 'addVCenter', key: idempotencyKey, input: wanted };
  const earlier = await replayedId(control.db, control, viewer, request);
  if (earlier !== undefined) return { vcenter: await readVcenter(control.db, viewer, earlier) };

  const gateway = await control.db
    .selectFrom('gateway')
    .select(['gateway.id', 'gateway.platform', 'gateway.resource_group_id'])
    .where(isOneOf('gateway.id', [wanted.gatewayId]))
    .where('gateway.deleted_at', 'is', null)
    .where(visible(viewer, 'gateway.resource_group_id'))
    .executeTakeFirst();
  if (!gateway) throw new NotFoundError('gateway');
  const platformDriver = gateway.platform === 'ACVS' ? platforms.ACVS : platforms.ONPREM_VSPHERE;
  const vcenterId = control.ids.uuid();
  const trustedFingerprint = wanted.certificateFingerprint ?? null;
  const { address, username, password } = wanted;
  const ca = wanted.certificateAuthority ?? null;
  const vcenter = { vcenterId, platformDriver, address, username, password, trustedFingerprint, ca };
  const about = await testLogin(control, gateway.id, vcenter, signal);
  const present = (id: string) => ({
    address,
    username,
    password_sealed: control.vault.seal(Buffer.from(password), passwordPlace(id)),
    trusted_fingerprint: trustedFingerprint,
    certificate_authority: ca,
    kind: about.kind,
    product_version: about.version,
    build: about.build,
    platform_driver: platformDriver,
  });

  const record = () =>
    inTransaction(control, async (trx, emit) => {
      const known = await trx
        .selectFrom('vcenter')
        .select(['vcenter.id', 'vcenter.name', 'vcenter.resource_group_id', 'vcenter.status', 'vcenter.removed_at'])
        .where('vcenter.resource_group_id', '=', gateway.resource_group_id)
        .where('vcenter.instance_uuid', '=', about.instanceUuid)
        .forUpdate()
        .executeTakeFirst();
      const { id, replayed } = await idempotent(trx, control, viewer, request, known?.id ?? vcenterId);
      if (replayed) return { vcenter: await readVcenter(trx, viewer, id) };
      await requireGatewayStays(trx, gateway.id);
      if (!known || known.removed_at !== null) {
        const name = wanted.name ?? displayName(about.name, address);
        const now = new Date(control.clock.now());
        if (known) await releaseVcenter(control, trx, emit, known, { ...present(id), name, removed_at: null });
        else {
          await trx
            .insertInto('vcenter')
            .values({
              ...present(id),
              id,
              resource_group_id: gateway.resource_group_id,
              instance_uuid: about.instanceUuid,
              name,
              status: 'CONNECTED',
              status_since: now,
              created_at: now,
              created_by: viewer.accessKeyId,
            })
            .execute();
        }
        emit({
          type: 'VCENTER_ADDED',
          resourceGroupId: gateway.resource_group_id,
          subjectType: 'VCENTER',
          subjectId: id,
          data: { name, gatewayId: gateway.id, ...(known && { again: true }) },
        });
      }
      const linked = await trx
        .insertInto('vcenter_gateway')
        .values({ vcenter_id: id, gateway_id: gateway.id })
        .onConflict((conflict) => conflict.doNothing())
        .returning('vcenter_id')
        .executeTakeFirst();
      if (!linked) throw alreadyAdded();
      return { vcenter: await readVcenter(trx, viewer, id) };
    });
  // Somebody else may add the same vCenter between our look and our insert; the second time it is found.
  try {
    return await record();
  } catch (error) {
    if (violatedConstraint(error) !== 'vcenter_already_added') throw error;
    return await record();
  }
}

/** It may have been deleted while it talked to the vCenter; from here on a deletion waits for this transaction. */
async function requireGatewayStays(trx: Transaction<Database>, gatewayId: string): Promise<void> {
  const gateway = await trx
    .selectFrom('gateway')
    .select('status')
    .where('id', '=', gatewayId)
    .forKeyShare()
    .executeTakeFirst();
  if (!gateway || gateway.status === 'DELETING') throw new NotFoundError('gateway');
}

function displayName(ownName: string, address: string): string {
  const name = nameSchema.safeParse(ownName);
  return name.success ? name.data : [...address].slice(0, 64).join('');
}

function alreadyAdded(): ConflictError {
  return new ConflictError(
    'VCENTER_ALREADY_ADDED',
    'This vCenter was added through this gateway already.',
    'Use the vCenter that is there.',
  );
}
