import { createHash } from 'node:crypto';
import { isOneOf } from '../by-ids.ts';
import type { NetworkUrls } from '../config.ts';
import type { ControlContext } from '../context.ts';
import { ConflictError, NotFoundError } from '../errors.ts';
import { certificateFileName } from '../gateways/certificate.ts';
import { endpointsOfRegion } from '../regions/region.ts';
import { requireScope, type Viewer, visible } from '../viewer.ts';
import { certificateContent } from './certificate-content.ts';
import { type DownloadGrant, signDownload } from './download-token.ts';
import { gatewayPackage } from './gateway-package.ts';
import { secretMark } from './link-holder.ts';

/** A file that can be had for a while without signing in. */
export interface DownloadLink {
  /** Below one of `bases`. A secret. */
  readonly path: string;
  /** The control plane as the gateway's region reaches it, by network. */
  readonly bases: NetworkUrls;
  readonly fileName: string;
  readonly sizeBytes: number;
  /** Hex. */
  readonly sha256: string;
  readonly version: string | null;
  readonly expiresAt: Date;
}

/** A link to the gateway package, for one gateway. Throws NotFoundError or PackageNotPublishedError. */
export async function packageLink(control: ControlContext, viewer: Viewer, gatewayId: string): Promise<DownloadLink> {
  const gateway = await linkedGateway(control, viewer, gatewayId);
  const { fileName, sizeBytes, sha256, version } = await gatewayPackage(control);
  const link = await signed(control, viewer, gateway, fileName, { kind: 'PACKAGE', gatewayId: gateway.id });
  return { ...link, sizeBytes, sha256, version };
}

/**
 * A link to a certificate of a gateway: the one issued last, unless `certificateId` names another. Throws NotFoundError, or ConflictError when
 * it is of no use any more: CERTIFICATE_VOIDED, CERTIFICATE_USED, CERTIFICATE_EXPIRED, CERTIFICATE_NOT_KEPT, or NO_CERTIFICATE.
 */
export async function certificateLink(
  control: ControlContext,
  viewer: Viewer,
  gatewayId: string,
  certificateId?: string,
): Promise<DownloadLink> {
  const gateway = await linkedGateway(control, viewer, gatewayId);
  const certificate = await control.db
    .selectFrom('gateway_certificate')
    .select(['id', 'expires_at', 'voided_at', 'used_at', 'content_sealed'])
    .where('gateway_id', '=', gateway.id)
    .$if(certificateId !== undefined, (query) => query.where(isOneOf('id', [certificateId ?? ''])))
    .orderBy('voided_at', (order) => order.desc().nullsFirst())
    .orderBy('issued_at', 'desc')
    .orderBy('id', 'desc')
    .executeTakeFirst();
  if (!certificate)
    throw new ConflictError(
      'NO_CERTIFICATE',
      'No certificate was issued for this gateway yet.',
      'Issue one with issueGatewayCertificate.',
    );
  const content = certificateContent(control, certificate);
  const fileName = certificateFileName(gateway.name, certificate.id);
  const link = await signed(control, viewer, gateway, fileName, { kind: 'CERTIFICATE', certificateId: certificate.id });
  const sha256 = createHash('sha256').update(content).digest('hex');
  return { ...link, sizeBytes: content.byteLength, sha256, version: null };
}

interface LinkedGateway {
  readonly id: string;
  readonly name: string;
  readonly region_id: string;
}

async function linkedGateway(control: ControlContext, viewer: Viewer, gatewayId: string): Promise<LinkedGateway> {
  requireScope(viewer, 'gateway:write');
  const gateway = await control.db
    .selectFrom('gateway')
    .innerJoin('vault', 'vault.id', 'gateway.vault_id')
    .select(['gateway.id', 'gateway.name', 'vault.region_id'])
    .where(isOneOf('gateway.id', [gatewayId]))
    .where(visible(viewer, 'gateway.resource_group_id'))
    .where('gateway.status', '!=', 'DELETING')
    .executeTakeFirst();
  if (!gateway) throw new NotFoundError('gateway');
  return gateway;
}

type Given = Pick<DownloadLink, 'path' | 'bases' | 'fileName' | 'expiresAt'>;
type What =
  | Pick<Extract<DownloadGrant, { kind: 'PACKAGE' }>, 'kind' | 'gatewayId'>
  | Pick<Extract<DownloadGrant, { kind: 'CERTIFICATE' }>, 'kind' | 'certificateId'>;

/** The name at the end of the path is for those who save by it; what is given is what was signed. */
async function signed(
  control: ControlContext,
  viewer: Viewer,
  gateway: LinkedGateway,
  fileName: string,
  what: What,
): Promise<Given> {
  const expiresAt = control.clock.now() + control.config.downloadLinkMs;
  const token = signDownload(control, {
    ...what,
    accessKeyId: viewer.accessKeyId,
    secretMark: await secretMark(control, viewer),
    expiresAt,
  });
  return {
    path: `/downloads/${token}/${encodeURIComponent(fileName)}`,
    bases: endpointsOfRegion(control, gateway.region_id).control,
    fileName,
    expiresAt: new Date(expiresAt),
  };
}
