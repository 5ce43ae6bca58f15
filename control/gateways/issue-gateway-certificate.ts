import { z } from 'zod';
import { signCertificate } from '../../protocol/certificate.ts';
import { settingsOf } from '../attempts/work-of-job.ts';
import { isOneOf } from '../by-ids.ts';
import type { ControlContext } from '../context.ts';
import { NotFoundError } from '../errors.ts';
import { inTransaction } from '../events/in-transaction.ts';
import { idempotent } from '../idempotency.ts';
import { idempotencyKeySchema, parseInput } from '../input.ts';
import { endpointsOfRegion } from '../regions/region.ts';
import { type GatewayCertificateRow, gatewayCertificateColumns } from '../rows.ts';
import { signingKey } from '../signing-key.ts';
import { requireScope, type Viewer, visible } from '../viewer.ts';
import { probedServers } from './probed-servers.ts';

const issueInput = z.object({ gatewayId: z.string(), idempotencyKey: idempotencyKeySchema });
export type IssueGatewayCertificateInput = z.input<typeof issueInput>;

export interface IssuedCertificate {
  readonly certificate: GatewayCertificateRow;
  /** The file to be given to the gateway, shown this once; null in a replay. */
  readonly content: string | null;
  readonly fileName: string;
}

/** Issues the file a gateway is activated with, and voids every earlier one of it that was not used. */
export async function issueGatewayCertificate(
  control: ControlContext,
  viewer: Viewer,
  input: IssueGatewayCertificateInput,
): Promise<IssuedCertificate> {
  requireScope(viewer, 'gateway:write');
  const { gatewayId, idempotencyKey } = parseInput(issueInput, input);
  const signer = await signingKey(control);
  return inTransaction(control, async (trx, emit) => {
    const request = { field: 'issueGatewayCertificate', key: idempotencyKey, input: { gatewayId } };
    const { id, replayed } = await idempotent(trx, control, viewer, request);
    const gateway = await trx
      .selectFrom('gateway')
      .innerJoin('vault', 'vault.id', 'gateway.vault_id')
      .selectAll('gateway')
      .select(['vault.region_id', 'vault.location'])
      .where(isOneOf('gateway.id', [gatewayId]))
      .where(visible(viewer, 'gateway.resource_group_id'))
      .where('gateway.status', '!=', 'DELETING')
      .forUpdate('gateway')
      .executeTakeFirst();
    if (!gateway) throw new NotFoundError('gateway');
    const fileName = `${gateway.name.replaceAll(/[^A-Za-z0-9._-]+/g, '-')}-${id.slice(-8)}.holdfast-gateway`;
    if (replayed) {
      const certificate = await trx
        .selectFrom('gateway_certificate')
        .select(gatewayCertificateColumns)
        .where('id', '=', id)
        .executeTakeFirstOrThrow();
      return { certificate, content: null, fileName };
    }

    const issuedAt = new Date(control.clock.now());
    const expiresAt = new Date(issuedAt.getTime() + control.config.certificateSilenceMs);
    await trx
      .updateTable('gateway_certificate')
      .set({ voided_at: issuedAt })
      .where('gateway_id', '=', gateway.id)
      .where('used_at', 'is', null)
      .where('voided_at', 'is', null)
      .execute();
    const certificate = await trx
      .insertInto('gateway_certificate')
      .values({
        id,
        gateway_id: gateway.id,
        issued_at: issuedAt,
        issued_by: viewer.accessKeyId,
        expires_at: expiresAt,
      })
      .returning(gatewayCertificateColumns)
      .executeTakeFirstOrThrow();
    const content = await signCertificate(
      {
        version: 1,
        jti: id,
        gatewayId: gateway.id,
        gatewayName: gateway.name,
        regionId: gateway.region_id,
        controlUrls: endpointsOfRegion(control, gateway.region_id).control,
        controlCa: control.config.controlCa,
        ...probedServers(control, gateway.location, settingsOf(gateway)),
        iat: Math.floor(issuedAt.getTime() / 1000),
        exp: Math.floor(expiresAt.getTime() / 1000),
      },
      signer.privateKey,
      signer.keyId,
    );
    emit({
      type: 'GATEWAY_CERTIFICATE_ISSUED',
      resourceGroupId: gateway.resource_group_id,
      subjectType: 'GATEWAY',
      subjectId: gateway.id,
      data: { certificateId: id, expiresAt: expiresAt.toISOString() },
    });
    return { certificate, content, fileName };
  });
}
