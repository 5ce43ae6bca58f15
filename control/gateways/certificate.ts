import type { Transaction } from 'kysely';
import type { VaultLocation } from '../../drivers/storage/contract.ts';
import { signCertificate } from '../../protocol/certificate.ts';
import type { ControlContext } from '../context.ts';
import type { Database } from '../database/tables.ts';
import type { Emit } from '../events/event.ts';
import { endpointsOfRegion } from '../regions/region.ts';
import { type GatewayCertificateRow, gatewayCertificateColumns } from '../rows.ts';
import type { SecretPlace } from '../secret-box.ts';
import type { SigningKey } from '../signing-key.ts';
import type { Viewer } from '../viewer.ts';
import { probedServers } from './probed-servers.ts';

/** What a certificate says of its gateway. */
export interface CertifiedGateway {
  readonly id: string;
  readonly name: string;
  readonly resource_group_id: string;
  readonly use_https: boolean;
  readonly network_type: 'VPC' | 'INTERNET';
  /** Its vault's. */
  readonly region_id: string;
  readonly location: VaultLocation;
}

/** Where the file's content is kept, for as long as it can activate anything. */
export function certificatePlace(id: string): SecretPlace {
  return { table: 'gateway_certificate', column: 'content_sealed', id };
}

/** The name to save the file under: safe on every file system, and another one for each certificate. */
export function certificateFileName(gatewayName: string, certificateId: string): string {
  return `${gatewayName.replaceAll(/[^A-Za-z0-9._-]+/g, '-')}-${certificateId.slice(-8)}.holdfast-gateway`;
}

/** Issues the certificate `id`, and voids every earlier one of the gateway that was not used. */
export async function insertCertificate(
  control: ControlContext,
  trx: Transaction<Database>,
  emit: Emit,
  {
    id,
    gateway,
    viewer,
    signer,
  }: { readonly id: string; readonly gateway: CertifiedGateway; readonly viewer: Viewer; readonly signer: SigningKey },
): Promise<{ readonly certificate: GatewayCertificateRow; readonly content: string }> {
  const issuedAt = new Date(control.clock.now());
  const expiresAt = new Date(issuedAt.getTime() + control.config.certificateSilenceMs);
  await trx
    .updateTable('gateway_certificate')
    .set({ voided_at: issuedAt, content_sealed: null })
    .where('gateway_id', '=', gateway.id)
    .where('used_at', 'is', null)
    .where('voided_at', 'is', null)
    .execute();
  const content = await signCertificate(
    {
      version: 1,
      jti: id,
      gatewayId: gateway.id,
      gatewayName: gateway.name,
      regionId: gateway.region_id,
      controlUrls: endpointsOfRegion(control, gateway.region_id).control,
      controlCa: control.config.controlCa,
      ...probedServers(control, gateway.location, {
        useHttps: gateway.use_https,
        dataNetwork: gateway.network_type,
      }),
      iat: Math.floor(issuedAt.getTime() / 1000),
      exp: Math.floor(expiresAt.getTime() / 1000),
    },
    signer.privateKey,
    signer.keyId,
  );
  const certificate = await trx
    .insertInto('gateway_certificate')
    .values({
      id,
      gateway_id: gateway.id,
      issued_at: issuedAt,
      issued_by: viewer.accessKeyId,
      expires_at: expiresAt,
      content_sealed: control.vault.seal(Buffer.from(content), certificatePlace(id)),
    })
    .returning(gatewayCertificateColumns)
    .executeTakeFirstOrThrow();
  emit({
    type: 'GATEWAY_CERTIFICATE_ISSUED',
    resourceGroupId: gateway.resource_group_id,
    subjectType: 'GATEWAY',
    subjectId: gateway.id,
    data: { certificateId: id, expiresAt: expiresAt.toISOString() },
  });
  return { certificate, content };
}
