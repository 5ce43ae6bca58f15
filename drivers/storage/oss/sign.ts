import type { SessionKeys } from './session-keys.ts';

/** What of a request is signed. */
export interface SignedRequest {
  readonly method: string;
  readonly bucket: string;
  /** The object's whole name; absent for requests to the bucket. */
  readonly object?: string;
  /** Null: a bare name, such as `uploads`. */
  readonly query: Readonly<Record<string, string | null>>;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * The headers of a request signed with OSS's V4 signature at `now` (ms since the epoch, as the server's clock has it).
 * The signature itself is made by ali-oss, which is loaded at first use: neither `--help` nor a worker thread pays for
 * it. Of ali-oss nothing else is used, because its client waits for ever on a body that stalls, bounds a whole request
 * in time instead of its silence, shares its sockets between clients, can only cancel all uploads at once, checks no
 * CRC64, and puts the body of a truncated answer into the error's message.
 *
 * The payload is not part of the signature (`UNSIGNED-PAYLOAD`, the only value OSS takes): what protects the bytes is
 * TLS, the CRC64 of every answer, and the vault's own encryption.
 *
 * Source: "Include a V4 signature in the Authorization header", OSS developer reference.
 */
export async function signRequest(
  request: SignedRequest,
  keys: SessionKeys,
  region: string,
  now: number,
): Promise<Readonly<Record<string, string>>> {
  signer ??= import('ali-oss/lib/common/signUtils.js');
  // Called on the module, for it is its `this`.
  const aliOss = await signer;
  const headers = {
    ...request.headers,
    'x-oss-content-sha256': 'UNSIGNED-PAYLOAD',
    'x-oss-date': compactTime(now),
    ...(keys.securityToken !== undefined && { 'x-oss-security-token': keys.securityToken }),
  };
  const signed = { headers, queries: request.query };
  const { accessKeyId, accessKeySecret } = keys;
  const authorization = aliOss.authorizationV4(
    accessKeyId,
    accessKeySecret,
    region,
    request.method,
    signed,
    request.bucket,
    request.object,
  );
  return { ...headers, authorization };
}

let signer: Promise<typeof import('ali-oss/lib/common/signUtils.js')> | undefined;

/** `20260131T235959Z` */
function compactTime(now: number): string {
  return new Date(now).toISOString().replace(/[-:]|\.\d+/g, '');
}
