import { z } from 'zod';

/** One file of an object's content. */
export const pieceShape = z.object({ file: z.string(), size: z.number() });

/** What is kept about an object beside its bytes. */
export const storedObjectShape = z.object({
  key: z.string(),
  /** In their order; more than one after a multipart upload. */
  pieces: z.array(pieceShape),
  /** Bytes. */
  size: z.number(),
  /** Without the quotes. */
  etag: z.string(),
  /** Decimal. */
  crc64: z.string(),
  type: z.enum(['Normal', 'Multipart']),
  /** Milliseconds since the epoch, by the server's clock. */
  modifiedAt: z.number(),
  /** Headers that come back with the object: Content-Type, Cache-Control, `x-oss-meta-*`, … */
  headers: z.record(z.string(), z.string()),
});
export type StoredObject = z.infer<typeof storedObjectShape>;
export type Piece = z.infer<typeof pieceShape>;

/** Bytes that arrived and lie in a file. */
export interface Received extends Piece {
  /** Upper-case hexadecimal. */
  readonly md5: string;
  readonly crc64: bigint;
}
