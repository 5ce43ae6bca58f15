import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { HoldfastError } from '../../base/errors.ts';
import type { ControlContext } from '../context.ts';
import { NotFoundError } from '../errors.ts';
import { certificateFileName } from '../gateways/certificate.ts';
import { requireScope, type Viewer, visible } from '../viewer.ts';
import { certificateContent } from './certificate-content.ts';
import { type DownloadGrant, readDownload } from './download-token.ts';
import { openGatewayPackage } from './gateway-package.ts';
import { linkHolder } from './link-holder.ts';

/** A file that is about to be sent. Disposing closes it. */
export interface Download extends AsyncDisposable {
  readonly kind: DownloadGrant['kind'];
  readonly accessKeyId: string;
  readonly fileName: string;
  readonly sizeBytes: number;
  /** Hex; the same bytes have the same one, whichever process sends them. */
  readonly sha256: string;
  readonly modifiedAt: Date;
  /** Bytes `start` to before `end`. */
  read(start: number, end: number): Readable;
}

/**
 * What a link gives now. Beside what the link itself says, its access key must still be good, have the scope and see the gateway. Throws LINK_INVALID,
 * LINK_EXPIRED, LINK_REVOKED, ForbiddenError, NotFoundError, CERTIFICATE_… (a ConflictError) or PackageNotPublishedError.
 */
export async function openDownload(control: ControlContext, token: string): Promise<Download> {
  const grant = readDownload(control, token);
  const viewer = await linkHolder(control, grant);
  if (!viewer) throw revoked();
  requireScope(viewer, 'gateway:write');
  const { accessKeyId } = grant;
  if (grant.kind === 'CERTIFICATE') {
    return { kind: grant.kind, accessKeyId, ...(await openCertificate(control, viewer, grant.certificateId)) };
  }
  await requireGateway(control, viewer, grant.gatewayId);
  const { handle, ...file } = await openGatewayPackage(control);
  return {
    kind: grant.kind,
    accessKeyId,
    ...file,
    read: (start, end) =>
      end > start
        ? handle.createReadStream({ start, end: end - 1, autoClose: false, highWaterMark: 262_144 })
        : Readable.from([]),
  };
}

async function openCertificate(
  control: ControlContext,
  viewer: Viewer,
  certificateId: string,
): Promise<Omit<Download, 'kind' | 'accessKeyId'>> {
  const certificate = await control.db
    .selectFrom('gateway_certificate')
    .innerJoin('gateway', 'gateway.id', 'gateway_certificate.gateway_id')
    .select([
      'gateway_certificate.id',
      'gateway_certificate.issued_at',
      'gateway_certificate.expires_at',
      'gateway_certificate.voided_at',
      'gateway_certificate.used_at',
      'gateway_certificate.content_sealed',
      'gateway.name',
    ])
    .where('gateway_certificate.id', '=', certificateId)
    .where(visible(viewer, 'gateway.resource_group_id'))
    .where('gateway.status', '!=', 'DELETING')
    .executeTakeFirst();
  if (!certificate) throw new NotFoundError('certificate');
  const content = certificateContent(control, certificate);
  return {
    fileName: certificateFileName(certificate.name, certificate.id),
    sizeBytes: content.byteLength,
    sha256: createHash('sha256').update(content).digest('hex'),
    modifiedAt: certificate.issued_at,
    read: (start, end) => Readable.from([content.subarray(start, end)]),
    [Symbol.asyncDispose]: async () => undefined,
  };
}

async function requireGateway(control: ControlContext, viewer: Viewer, gatewayId: string): Promise<void> {
  const gateway = await control.db
    .selectFrom('gateway')
    .select('id')
    .where('id', '=', gatewayId)
    .where(visible(viewer, 'gateway.resource_group_id'))
    .where('status', '!=', 'DELETING')
    .executeTakeFirst();
  if (!gateway) throw new NotFoundError('gateway');
}

function revoked(): HoldfastError {
  return new HoldfastError({
    code: 'LINK_REVOKED',
    message: 'The access key that asked for this link has been revoked or rotated, or has expired.',
    remedy: 'Ask for a new link with an access key that is good.',
    retryable: false,
  });
}
