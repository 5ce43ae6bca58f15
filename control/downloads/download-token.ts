import { timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { HoldfastError } from '../../base/errors.ts';
import type { ControlContext } from '../context.ts';

/** What one link gives, to whom, and until when. */
export type DownloadGrant =
  | {
      readonly kind: 'PACKAGE';
      readonly gatewayId: string;
      /** Row id of the access key that asked. */
      readonly accessKeyId: string;
      /** Of the secret the access key had then: see link-holder.ts. */
      readonly secretMark: string;
      /** Milliseconds since the epoch. */
      readonly expiresAt: number;
    }
  | {
      readonly kind: 'CERTIFICATE';
      readonly certificateId: string;
      readonly accessKeyId: string;
      readonly secretMark: string;
      readonly expiresAt: number;
    };

const uuid = z.uuid();
const payloadSchema = z.tuple([z.literal(1), z.enum(['P', 'C']), uuid, uuid, z.string(), z.int().positive()]);
const purpose = 'download link';
const macBytes = 32;

/** A grant as it stands in a URL: what it says, and a keyed hash of that. Every process of the installation can read it. */
export function signDownload(control: Pick<ControlContext, 'vault'>, grant: DownloadGrant): string {
  const { accessKeyId, secretMark, expiresAt } = grant;
  const [letter, id] = grant.kind === 'PACKAGE' ? ['P', grant.gatewayId] : ['C', grant.certificateId];
  const payload = Buffer.from(JSON.stringify([1, letter, id, accessKeyId, secretMark, expiresAt])).toString(
    'base64url',
  );
  return `${payload}.${control.vault.mac(payload, purpose).toString('base64url')}`;
}

/** Throws LINK_INVALID for what this installation did not sign, LINK_EXPIRED once its time is over. */
export function readDownload(control: Pick<ControlContext, 'vault' | 'clock'>, token: string): DownloadGrant {
  const [, payload = '', signature = ''] = /^([A-Za-z0-9_-]{1,512})\.([A-Za-z0-9_-]{43})$/.exec(token) ?? [];
  const given = Buffer.from(signature, 'base64url');
  if (given.byteLength !== macBytes || !timingSafeEqual(given, control.vault.mac(payload, purpose))) throw invalid();
  const parsed = payloadSchema.safeParse(JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')));
  if (!parsed.success) throw invalid();
  const [, letter, id, accessKeyId, secretMark, expiresAt] = parsed.data;
  if (expiresAt <= control.clock.now())
    throw new HoldfastError({
      code: 'LINK_EXPIRED',
      message: 'This download link has expired.',
      remedy:
        'Ask for a new one with downloadGatewayPackage or downloadGatewayCertificate; a download that was begun goes on with it.',
      retryable: false,
    });
  return letter === 'P'
    ? { kind: 'PACKAGE', gatewayId: id, accessKeyId, secretMark, expiresAt }
    : { kind: 'CERTIFICATE', certificateId: id, accessKeyId, secretMark, expiresAt };
}

function invalid(): HoldfastError {
  return new HoldfastError({
    code: 'LINK_INVALID',
    message: 'This is not a download link of this installation.',
    remedy: 'Use the link exactly as the API gave it, or ask for a new one.',
    retryable: false,
  });
}
