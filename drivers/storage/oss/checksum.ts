import type { IncomingHttpHeaders } from 'node:http';
import { DriverError } from '../../../base/errors.ts';
import type { Crc64 } from './crc64.ts';
import type { HttpAnswer } from './exchange.ts';

/** The checksum of the whole object or part; undefined where the answer has none. */
export function checksumOf(headers: IncomingHttpHeaders): string | undefined {
  const value = headers['x-oss-hash-crc64ecma'];
  return typeof value === 'string' ? value : undefined;
}

/** OSS has to name the checksum of the very bytes that were sent, else they are not trusted to be there. */
export function requireSentIntact(what: string, sent: Crc64, { headers }: HttpAnswer): void {
  requireSame(what, sent.digest(), checksumOf(headers));
}

export function requireSame(what: string, expected: string, actual: string | undefined): void {
  if (actual === expected) return;
  throw damaged(
    what,
    actual === undefined ? 'was stored without a checksum to compare' : 'was damaged on its way to the object storage',
  );
}

/** Transient: what was damaged on the way is well where it came from. */
export function damaged(what: string, problem: string): DriverError {
  return new DriverError({
    kind: 'transient',
    code: 'CORRUPT',
    message: `${what} ${problem} (CRC64).`,
    remedy: 'Try again; if it stays so, check the memory and the network of this machine.',
  });
}
