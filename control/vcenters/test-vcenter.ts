import { z } from 'zod';
import { testVcenterResult } from '../../protocol/work.ts';
import { isOneOf } from '../by-ids.ts';
import type { PlainVcenterAccess } from '../commands/command-input.ts';
import { runCommand } from '../commands/run-command.ts';
import type { ControlContext } from '../context.ts';
import { InvalidInputError, NotFoundError } from '../errors.ts';
import { inTransaction } from '../events/in-transaction.ts';
import { platforms } from '../gateways/create-gateway.ts';
import { parseInput } from '../input.ts';
import type { VcenterRow } from '../rows.ts';
import { requireScope, type Viewer, visible } from '../viewer.ts';
import { anotherVcenter } from './another-vcenter.ts';
import { connectedGateway } from './connected-gateway.ts';
import { connectionError, learnedFrom } from './connection-errors.ts';
import { addressSchema, authoritySchema, fingerprintSchema, passwordSchema, usernameSchema } from './login-input.ts';
import { readVcenter, requireVcenter, type SealedVcenterRow } from './read-vcenter.ts';
import { releaseVcenter, wakeAll } from './release-vcenter.ts';
import { type TestedLogin, testLogin } from './test-login.ts';
import { plainAccess } from './vcenter-access.ts';
import { reportVcenterStatus, waitReasonOfVcenter } from './vcenter-status.ts';

const details = {
  address: addressSchema,
  username: usernameSchema,
  password: passwordSchema,
  certificateFingerprint: fingerprintSchema.nullish(),
  certificateAuthority: authoritySchema.nullish(),
};
const testInput = z.object({
  vcenterId: z.string().nullish(),
  gatewayId: z.string().nullish(),
  connection: z.object(details).nullish(),
});
export type TestVCenterInput = z.input<typeof testInput>;

export interface VCenterTest {
  readonly tested: TestedLogin;
  /** The vCenter as it is after the test; undefined when one was tested that is not added. */
  readonly vcenter: VcenterRow | undefined;
}

/**
 * Logs in through a gateway, once, and tells what answered and which privileges are missing. Of a vCenter that is there, the status is brought up to
 * date; when it was stopped for its password or certificate and works now, its jobs go on. Throws what {@link testLogin} throws, ConflictError ANOTHER_VCENTER.
 */
export async function testVCenter(
  control: ControlContext,
  viewer: Viewer,
  input: TestVCenterInput,
  signal?: AbortSignal,
): Promise<VCenterTest> {
  requireScope(viewer, 'vcenter:write');
  const { vcenterId, gatewayId, connection } = parseInput(testInput, input);
  if (vcenterId && !connection) {
    const row = await requireVcenter(control.db, viewer, vcenterId);
    return testKnown(control, viewer, row, gatewayId, signal);
  }
  if (!connection || vcenterId) throw either();
  const { platformDriver, id } = await visibleGateway(control, viewer, gatewayId ?? '');
  const { address, username, password, certificateFingerprint, certificateAuthority } = connection;
  const access: PlainVcenterAccess = {
    vcenterId: control.ids.uuid(),
    platformDriver,
    address,
    username,
    password,
    trustedFingerprint: certificateFingerprint ?? null,
    ca: certificateAuthority ?? null,
  };
  return { tested: await testLogin(control, id, access, signal), vcenter: undefined };
}

async function testKnown(
  control: ControlContext,
  viewer: Viewer,
  row: SealedVcenterRow,
  gatewayId: string | null | undefined,
  signal?: AbortSignal,
): Promise<VCenterTest> {
  const gateway = await connectedGateway(control.db, row.id, gatewayId);
  const vcenter = plainAccess(control, row);
  const result = await runCommand(control, gateway, { kind: 'TEST_VCENTER', vcenter }, signal);
  // What another vCenter at this address accepts says nothing about this one, and its jobs must not go on there.
  const tested = result.ok ? testVcenterResult.parse(result.result) : undefined;
  if (tested && tested.instanceUuid !== row.instance_uuid) throw anotherVcenter(tested.name);
  const learned = learnedFrom(result);
  const released = await inTransaction(control, async (trx, emit) => {
    const present = await trx
      .selectFrom('vcenter')
      .select(['id', 'name', 'resource_group_id', 'status', 'login_version'])
      .where('id', '=', row.id)
      .forUpdate()
      .executeTakeFirstOrThrow();
    if (present.login_version !== row.login_version) return [];
    if (result.ok && waitReasonOfVcenter(present.status) !== null) {
      return releaseVcenter(control, trx, emit, present, {});
    }
    if (learned) await reportVcenterStatus(control, trx, emit, row.id, learned);
    return [];
  });
  await wakeAll(control, released);
  if (!result.ok) throw connectionError(result);
  return { tested: testVcenterResult.parse(result.result), vcenter: await readVcenter(control.db, viewer, row.id) };
}

async function visibleGateway(control: ControlContext, viewer: Viewer, gatewayId: string) {
  const gateway = await control.db
    .selectFrom('gateway')
    .select(['gateway.id', 'gateway.platform'])
    .where(isOneOf('gateway.id', [gatewayId]))
    .where('gateway.deleted_at', 'is', null)
    .where(visible(viewer, 'gateway.resource_group_id'))
    .executeTakeFirst();
  if (!gateway) throw new NotFoundError('gateway');
  return { id: gateway.id, platformDriver: gateway.platform === 'ACVS' ? platforms.ACVS : platforms.ONPREM_VSPHERE };
}

function either(): InvalidInputError {
  const message = 'give either vcenterId, or connection together with gatewayId';
  return new InvalidInputError([{ path: ['vcenterId'], code: 'ONE_OF', message }]);
}
