import { DriverError } from '../../../base/errors.ts';
import type { ByteRange } from '../contract.ts';
import { checksumOf, damaged } from './checksum.ts';
import type { OssClient } from './client.ts';
import { crc64 } from './crc64.ts';
import type { AnswerHead } from './exchange.ts';

/** Objects larger than this are only read by range: a wrong Content-Length must not take all memory. */
const WHOLE_AT_MOST = 1 << 30;

/**
 * The whole object, whose CRC64 is compared, or a range. A range has no checksum of its own: its length is exact, and
 * the vault's own authentication tells of anything else.
 */
export async function getObject(
  client: OssClient,
  { key, object }: { readonly key: string; readonly object: string },
  range: ByteRange | undefined,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const what = `The object ${key}`;
  const call = { what, method: 'GET', object, signal } as const;
  if (range === undefined) {
    const { headers, body } = await client.call({ ...call, accept: () => WHOLE_AT_MOST });
    const expected = checksumOf(headers);
    if (expected !== undefined && crc64(body) !== expected) throw damaged(what, 'was damaged on its way here');
    return body;
  }
  if (range.end !== undefined && range.end <= range.start) return nothing(client, what, object, range, signal);
  const result = await client.tryCall({
    ...call,
    // Otherwise a range that reaches beyond the end is answered with the whole object.
    headers: { range: headerOf(range), 'x-oss-range-behavior': 'standard' },
    accept: (head) => expectedLength(what, range, head),
    expected: ['InvalidRange'],
  });
  if (!result.ok) return nothing(client, what, object, range, signal);
  return result.answer.body;
}

function headerOf({ start, end }: ByteRange): string {
  if (start < 0) return `bytes=${start}`;
  return `bytes=${start}-${end === undefined ? '' : end - 1}`;
}

/** Exactly what was asked for, or an error before a byte of it is read. */
function expectedLength(what: string, range: ByteRange, { status, headers }: AnswerHead): number {
  const match = /^bytes (?<first>\d+)-(?<last>\d+)\/(?<size>\d+)$/.exec(headers['content-range'] ?? '')?.groups;
  if (status !== 206 || !match) throw otherRange(what);
  const [first, last, size] = [Number(match.first), Number(match.last), Number(match.size)];
  const start = range.start < 0 ? size + range.start : range.start;
  const end = range.start < 0 ? size : (range.end ?? size);
  if (start < 0 || end > size) throw tooShort(what, size);
  if (first !== start || last !== end - 1 || headers['content-length'] !== String(end - start)) throw otherRange(what);
  return end - start;
}

/** HTTP has no empty range, and OSS none that starts at the end. */
async function nothing(
  client: OssClient,
  what: string,
  object: string,
  { start, end }: ByteRange,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const { headers } = await client.call({ what, method: 'HEAD', object, signal });
  const size = Number(headers['content-length'] ?? Number.NaN);
  if (!Number.isSafeInteger(size)) throw otherRange(what);
  if (start >= 0 && (end === undefined ? start === size : start === end && start <= size)) return new Uint8Array(0);
  throw tooShort(what, size);
}

/** OSS itself names the size, and objects do not change: asking again would only take time. */
function tooShort(what: string, size: number): DriverError {
  return new DriverError({
    kind: 'permanent',
    code: 'SHORT_BODY',
    message: `${what} has ${size} bytes, fewer than the range that was asked for.`,
    remedy: 'Verify the vault.',
  });
}

function otherRange(what: string): DriverError {
  return new DriverError({
    kind: 'transient',
    code: 'SHORT_BODY',
    message: `${what} came back as something other than the range that was asked for.`,
    remedy: 'Try again; if it stays so, check proxies on the way to the object storage.',
  });
}
