import { z } from 'zod';
import type { ControlContext } from '../context.ts';
import { inTransaction } from '../events/in-transaction.ts';
import { nameSchema, parseInput } from '../input.ts';
import type { VcenterRow } from '../rows.ts';
import { requireScope, type Viewer } from '../viewer.ts';
import { anotherVcenter } from './another-vcenter.ts';
import { connectedGateway } from './connected-gateway.ts';
import { addressSchema, authoritySchema, fingerprintSchema, passwordSchema, usernameSchema } from './login-input.ts';
import { lockVcenter, readVcenter, requireVcenter } from './read-vcenter.ts';
import { releaseVcenter, wakeAll } from './release-vcenter.ts';
import { testLogin } from './test-login.ts';
import { passwordPlace, plainAccess } from './vcenter-access.ts';

const updateInput = z.object({
  vcenterId: z.string(),
  name: nameSchema.nullish(),
  address: addressSchema.nullish(),
  username: usernameSchema.nullish(),
  password: passwordSchema.nullish(),
  certificateFingerprint: fingerprintSchema.nullish(),
  certificateAuthority: authoritySchema.nullish(),
  /** Through which it is tested; default: the connected one heard from last. */
  gatewayId: z.string().nullish(),
  expectedVersion: z.int().positive().nullish(),
});
export type UpdateVCenterInput = z.input<typeof updateInput>;

/**
 * Changes what is given. A change of how it is logged in to is tried through a gateway, once, and recorded only when it works and the same vCenter
 * answers; then what waited for it goes on. Throws CertificateNotTrustedError, VcenterConnectionError, GatewayUnavailableError, VersionConflictError,
 * ConflictError ANOTHER_VCENTER.
 */
export async function updateVCenter(
  control: ControlContext,
  viewer: Viewer,
  input: UpdateVCenterInput,
  signal?: AbortSignal,
): Promise<{ readonly vcenter: VcenterRow }> {
  requireScope(viewer, 'vcenter:write');
  const wanted = parseInput(updateInput, input);
  const { vcenterId, expectedVersion, name } = wanted;
  const before = await requireVcenter(control.db, viewer, vcenterId, expectedVersion);
  const login = {
    ...(wanted.address && { address: wanted.address }),
    ...(wanted.username && { username: wanted.username }),
    ...(wanted.certificateFingerprint && { trusted_fingerprint: wanted.certificateFingerprint }),
    ...(wanted.certificateAuthority && { certificate_authority: wanted.certificateAuthority }),
    ...(wanted.password && {
      password_sealed: control.vault.seal(Buffer.from(wanted.password), passwordPlace(before.id)),
    }),
  };
  const changesLogin = Object.keys(login).length > 0;
  const about = changesLogin
    ? await testLogin(
        control,
        await connectedGateway(control.db, before.id, wanted.gatewayId),
        plainAccess(control, { ...before, ...login }),
        signal,
      )
    : undefined;
  if (about && about.instanceUuid !== before.instance_uuid) throw anotherVcenter(about.name);

  const { vcenter, released } = await inTransaction(control, async (trx, emit) => {
    // Whoever changed it while it was tested has tested something else.
    const row = await lockVcenter(trx, viewer, before.id, before.version);
    const changes = {
      ...login,
      ...(name && { name }),
      ...(about && { product_version: about.version, build: about.build }),
      version: row.version + 1,
    };
    if (!about) await trx.updateTable('vcenter').set(changes).where('id', '=', row.id).execute();
    const waiting = about ? await releaseVcenter(control, trx, emit, row, changes) : [];
    emit({
      type: 'VCENTER_UPDATED',
      resourceGroupId: row.resource_group_id,
      subjectType: 'VCENTER',
      subjectId: row.id,
      data: { name: name ?? row.name, changed: changedFields(wanted) },
    });
    return { vcenter: await readVcenter(trx, viewer, row.id), released: waiting };
  });
  await wakeAll(control, released);
  return { vcenter };
}

const changeable = [
  'name',
  'address',
  'username',
  'password',
  'certificateFingerprint',
  'certificateAuthority',
] as const;

/** Names only: what a password was or is belongs in no log. */
function changedFields(wanted: z.output<typeof updateInput>): readonly string[] {
  return changeable.filter((field) => wanted[field]);
}
