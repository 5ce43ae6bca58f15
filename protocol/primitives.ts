import { z } from 'zod';

/** Field shapes used by several bodies of the protocol. Units: bytes and milliseconds; times are ISO 8601 UTC. */
export const uuid = z.string().regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, 'must be a lower-case UUID');
export const isoTime = z.iso.datetime();
export const byteCount = z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER);
/** Grows with every attempt of a job; a write that carries an older one is refused. */
export const fence = z.number().int().positive();
export const networkType = z.enum(['VPC', 'INTERNET']);
export const base64 = z.base64().max(262_144);
export const shortText = z.string().min(1).max(512);

/** Text without what {@link plainText} leaves out. */
export function storable(text: string): string {
  return text.replaceAll('\0', '').toWellFormed();
}

/**
 * Text for people, of whatever a gateway met with. PostgreSQL keeps neither zero characters nor half a surrogate pair, and one such character must not keep
 * an outcome from being recorded.
 */
export const plainText = (longest: number) => z.string().max(longest).transform(storable);

/** A secret sealed to a gateway's X25519 key; see sealed.ts. */
export const sealedSecret = z.object({
  ephemeralKey: base64,
  nonce: base64,
  ciphertext: base64,
});
export type SealedSecret = z.infer<typeof sealedSecret>;

/** What an error looks like on every body of the protocol. */
export const errorBody = z.object({
  code: z.string().regex(/^[A-Z][A-Z0-9_]{1,63}$/),
  message: plainText(4_000),
  remedy: plainText(4_000),
  retryable: z.boolean(),
});
export type ErrorBody = z.infer<typeof errorBody>;

export const finding = z.object({
  code: z.string().regex(/^[A-Z][A-Z0-9_]{1,63}$/),
  severity: z.enum(['INFO', 'WARNING', 'ERROR']),
  message: plainText(4_000),
  remedy: plainText(4_000),
});
export type Finding = z.infer<typeof finding>;
