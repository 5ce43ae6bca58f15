import { OssError } from '../errors.ts';

/** The `Content-MD5` a request promised, in upper-case hexadecimal. Throws InvalidDigest when it is no MD5. */
export function promisedMd5(headers: ReadonlyMap<string, string>): string | undefined {
  const text = headers.get('content-md5');
  if (text === undefined) return undefined;
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length !== 16 || bytes.toString('base64') !== text)
    throw invalid('The Content-MD5 you specified is not valid.', text);
  return bytes.toString('hex').toUpperCase();
}

/** Throws InvalidDigest when something else arrived than was promised. */
export function checkMd5(promised: string | undefined, actual: string): void {
  if (promised === undefined || promised === actual) return;
  throw invalid('The Content-MD5 you specified did not match what we received.', promised);
}

function invalid(message: string, given: string): OssError {
  return new OssError('InvalidDigest', { 'Content-MD5': given }, message);
}

/** Throws MissingContentLength for a body nobody announced. */
export function requireLength(headers: ReadonlyMap<string, string>): void {
  if (!headers.has('content-length') && !headers.has('transfer-encoding')) throw new OssError('MissingContentLength');
}
