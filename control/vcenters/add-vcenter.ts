import { z } from 'zod';
import { type CommandResult, testVcenterResult } from '../../protocol/work.ts';
import { isOneOf } from '../by-ids.ts';
import { runCommand } from '../commands/run-command.ts';
import type { ControlContext } from '../context.ts';
import { violatedConstraint } from '../database/constraints.ts';
import { ConflictError, NotFoundError } from '../errors.ts';
import { inTransaction } from '../events/in-transaction.ts';
import { platforms } from '../gateways/create-gateway.ts';
import { idempotent, replayedId } from '../idempotency.ts';
import { idempotencyKeySchema, nameSchema, parseInput } from '../input.ts';
import { type VcenterRow, vcenterColumns } from '../rows.ts';
import { requireScope, type Viewer, visible } from '../viewer.ts';
import { isVcenterAddress } from './address.ts';
import { connectionError } from './connection-errors.ts';

const fingerprint = z
  .string()
  .trim()
  .toUpperCase()
  .regex(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/, 'must be a SHA-256 fingerprint: 32 pairs of hex digits with colons');

/** Every character that SOAP can carry (https://www.w3.org/TR/xml/#charsets); no vCenter can have another one in a login. */
function credential(max: number) {
  const message = 'must not contain characters that XML cannot carry';
  return z
    .string()
    .min(1, 'must not be empty')
    .max(max)
    .refine(
      (text) => text.isWellFormed() && !/[^\t\n\r -\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u.test(text),
      message,
    );
}

const addInput = z.object({
  gatewayId: z.string(),
  address: z
    .string()
    .trim()
    .max(300)
    .refine(isVcenterAddress, { message: 'must be a host name or IP address with an optional :port, and no URL' }),
  /** Neither is trimmed or otherwise changed. */
  username: credential(256),
  password: credential(1_024),
  certificateFingerprint: fingerprint.nullish(),
  /** Missing: what the vCenter calls itself, or its address. */
  name: nameSchema.nullish(),
  idempotencyKey: idempotencyKeySchema,
});
export type AddVCenterInput = z.input<typeof addInput>;

/**
 * Logs in through the gateway first, and records the vCenter only when that worked. A vCenter that is there already gets the gateway as
 * another way to reach it. Throws CertificateNotTrustedError with the fingerprint to be compared, VcenterConnectionError,
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
    .where(visible(viewer, 'gateway.resource_group_id'))
    .executeTakeFirst();
  if (!gateway) throw new NotFoundError('gateway');
  const platformDriver = gateway.platform === 'ACVS' ? platforms.ACVS : platforms.ONPREM_VSPHERE;
  const vcenterId = control.ids.uuid();
  const trustedFingerprint = wanted.certificateFingerprint ?? null;
  const { address, username, password } = wanted;
  const vcenter = { vcenterId, platformDriver, address, username, password, trustedFingerprint };
  const about = read(await runCommand(control, gateway.id, { kind: 'TEST_VCENTER', vcenter }, signal));

  const record = () =>
    inTransaction(control, async (trx, emit) => {
      const known = await trx
        .selectFrom('vcenter')
        .select('vcenter.id')
        .where('vcenter.resource_group_id', '=', gateway.resource_group_id)
        .where('vcenter.instance_uuid', '=', about.instanceUuid)
        .executeTakeFirst();
      const { id, replayed } = await idempotent(trx, control, viewer, request, known?.id ?? vcenterId);
      if (replayed) return { vcenter: await readVcenter(trx, viewer, id) };
      if (!known) {
        const name = wanted.name ?? displayName(about.name, address);
        await trx
          .insertInto('vcenter')
          .values({
            id,
            resource_group_id: gateway.resource_group_id,
            instance_uuid: about.instanceUuid,
            name,
            address,
            username,
            password_sealed: control.vault.seal(Buffer.from(password), {
              table: 'vcenter',
              column: 'password_sealed',
              id,
            }),
            trusted_fingerprint: trustedFingerprint,
            kind: about.kind,
            product_version: about.version,
            build: about.build,
            platform_driver: platformDriver,
            status: 'CONNECTED',
            created_at: new Date(control.clock.now()),
            created_by: viewer.accessKeyId,
          })
          .execute();
        emit({
          type: 'VCENTER_ADDED',
          resourceGroupId: gateway.resource_group_id,
          subjectType: 'VCENTER',
          subjectId: id,
          data: { name, gatewayId: gateway.id },
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

async function readVcenter(db: ControlContext['db'], viewer: Viewer, id: string): Promise<VcenterRow> {
  const vcenter = await db
    .selectFrom('vcenter')
    .select(vcenterColumns)
    .where('vcenter.id', '=', id)
    .where(visible(viewer, 'vcenter.resource_group_id'))
    .executeTakeFirst();
  if (!vcenter) throw new NotFoundError('vCenter');
  return vcenter;
}

function read(result: CommandResult) {
  if (!result.ok) throw connectionError(result);
  return testVcenterResult.parse(result.result);
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
