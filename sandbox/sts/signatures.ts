import { createHash, createHmac } from 'node:crypto';
import { canonicalParameters, encode, type StsRequest } from './request.ts';

export const ACS3 = 'ACS3-HMAC-SHA256';

/** The older way, SignatureVersion 1.0 of RPC: the signature is a parameter itself. */
export function rpcStringToSign(request: Pick<StsRequest, 'method' | 'query' | 'form'>): string {
  const signed = new Map([...request.form, ...request.query].filter(([name]) => name !== 'Signature'));
  return `${request.method}&${encode('/')}&${encode(canonicalParameters(signed))}`;
}

export const rpcSign = (secret: string, text: string): string =>
  createHmac('sha1', `${secret}&`).update(text).digest('base64');

export interface Acs3Authorization {
  readonly accessKeyId: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

/** Undefined when a part is missing. */
export function parseAcs3(authorization: string): Acs3Authorization | undefined {
  const parts = new Map(
    authorization
      .slice(ACS3.length)
      .split(',')
      .map((part) => [part.split('=', 1)[0]?.trim() ?? '', part.slice(part.indexOf('=') + 1).trim()]),
  );
  const [accessKeyId, signature] = [parts.get('Credential'), parts.get('Signature')];
  if (!accessKeyId || !signature) return undefined;
  return { accessKeyId, signature, signedHeaders: (parts.get('SignedHeaders') ?? '').split(';') };
}

export function acs3CanonicalRequest(
  request: Pick<StsRequest, 'method' | 'path' | 'query' | 'headers' | 'body'>,
  signedHeaders: readonly string[],
): string {
  return [
    request.method,
    request.path,
    canonicalParameters(request.query),
    signedHeaders.map((name) => `${name}:${(request.headers.get(name) ?? '').trim()}\n`).join(''),
    signedHeaders.join(';'),
    hashOf(request.body),
  ].join('\n');
}

export const acs3Sign = (secret: string, canonical: string): string =>
  createHmac('sha256', secret)
    .update(`${ACS3}\n${hashOf(canonical)}`)
    .digest('hex');

export const hashOf = (content: string | Buffer): string => createHash('sha256').update(content).digest('hex');
