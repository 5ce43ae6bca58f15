import { timingSafeEqual } from 'node:crypto';
import { loadViewer, type SecretsOfKey } from '../access-keys/load-viewer.ts';
import type { ControlContext } from '../context.ts';
import type { Viewer } from '../viewer.ts';
import type { DownloadGrant } from './download-token.ts';

type Control = Pick<ControlContext, 'db' | 'clock' | 'vault'>;

/** Stands in a link for the secret its access key has now, so that the link ends with that secret when the key is rotated. */
export async function secretMark(control: Control, { accessKeyId }: Viewer): Promise<string> {
  const loaded = await loadViewer(control, accessKeyId);
  return loaded ? markOf(control, loaded.secrets.current) : '';
}

/** Who asked for the link, as it is now; undefined once the access key is revoked or expired, or the secret of then has ended. */
export async function linkHolder(
  control: Control,
  grant: Pick<DownloadGrant, 'accessKeyId' | 'secretMark'>,
): Promise<Viewer | undefined> {
  const loaded = await loadViewer(control, grant.accessKeyId);
  return loaded && marks(control, loaded.secrets).some((mark) => isSame(mark, grant.secretMark))
    ? loaded.viewer
    : undefined;
}

function marks(control: Control, { current, previous }: SecretsOfKey): string[] {
  return [current, ...(previous ? [previous] : [])].map((hash) => markOf(control, hash));
}

function markOf({ vault }: Control, secretHash: Buffer): string {
  return vault.mac(secretHash, 'secret behind a download link').subarray(0, 12).toString('base64url');
}

function isSame(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}
