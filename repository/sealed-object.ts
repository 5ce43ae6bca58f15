import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { IdSource } from '../base/ids.ts';
import { corrupt, epochMissing } from './errors.ts';
import { deriveKey, seal, unseal, uuidBytes, ZERO_NONCE } from './keys/derive.ts';
import { currentEpoch, KEY_LENGTH, type VaultKeys } from './keys/epochs.ts';

export type SealedMagic = 'HFIDX001' | 'HFMAN001' | 'HFCND001';

/** Magic, epoch, salt: how packs and sealed objects begin. */
export const HEADER_LENGTH = 8 + 4 + KEY_LENGTH;

export function encodeHeader(magic: string, epoch: number, salt: Uint8Array): Buffer {
  const header = Buffer.alloc(HEADER_LENGTH);
  header.write(magic, 0, 'latin1');
  header.writeUInt32LE(epoch, 8);
  header.set(salt, 12);
  return header;
}

export function decodeHeader(
  bytes: Uint8Array,
  magic: string,
  object: string,
): { readonly epoch: number; readonly salt: Buffer } {
  const header = Buffer.from(bytes.subarray(0, HEADER_LENGTH));
  if (header.length < HEADER_LENGTH || header.toString('latin1', 0, 8) !== magic)
    throw corrupt(object, `it does not begin with ${magic}`);
  return { epoch: header.readUInt32LE(8), salt: header.subarray(12) };
}

export function epochKey(keys: VaultKeys, epoch: number): Uint8Array {
  const found = keys.epochs.find((entry) => entry.epoch === epoch);
  if (!found) throw epochMissing(epoch);
  return found.key;
}

/** FORMAT.md, section 2. `objectKey` is part of what is authenticated. */
export function sealObject(options: {
  readonly keys: VaultKeys;
  readonly magic: SealedMagic;
  readonly objectKey: string;
  readonly body: Uint8Array;
  readonly ids: IdSource;
}): Uint8Array {
  const { keys, magic, objectKey, body } = options;
  const { epoch } = currentEpoch(keys);
  const header = encodeHeader(magic, epoch, options.ids.bytes(KEY_LENGTH));
  const compressed = zstdCompressSync(body);
  const encoding = compressed.length < body.length ? 1 : 0;
  const prefix = Buffer.alloc(5);
  prefix.writeUInt8(encoding, 0);
  prefix.writeUInt32LE(body.length, 1);
  const plaintext = Buffer.concat([prefix, encoding === 1 ? compressed : body]);
  return Buffer.concat([header, ...seal(objectCipherKey(keys, header), ZERO_NONCE, aad(header, objectKey), plaintext)]);
}

/** The body. Throws VAULT_CORRUPT when anything about the object is not as it was written under this key. */
export function openObject(options: {
  readonly keys: VaultKeys;
  readonly magic: SealedMagic;
  readonly objectKey: string;
  readonly bytes: Uint8Array;
}): Buffer {
  const { keys, magic, objectKey, bytes } = options;
  decodeHeader(bytes, magic, objectKey);
  const header = Buffer.from(bytes.subarray(0, HEADER_LENGTH));
  const key = objectCipherKey(keys, header);
  const plaintext = unseal(key, ZERO_NONCE, aad(header, objectKey), bytes.subarray(HEADER_LENGTH));
  if (!plaintext || plaintext.length < 5) throw corrupt(objectKey, 'it does not authenticate');
  const encoding = plaintext.readUInt8(0);
  const length = plaintext.readUInt32LE(1);
  const stored = plaintext.subarray(5);
  const body = encoding === 1 ? zstdDecompressSync(stored, { maxOutputLength: Math.max(length, 1) }) : stored;
  if (encoding > 1 || body.length !== length) throw corrupt(objectKey, 'its body is malformed');
  return body;
}

function objectCipherKey(keys: VaultKeys, header: Buffer): Buffer {
  const ikm = epochKey(keys, header.readUInt32LE(8));
  return deriveKey(ikm, header.subarray(12), 'holdfast object v1', uuidBytes(keys.vaultId), header.subarray(0, 8));
}

function aad(header: Buffer, objectKey: string): Buffer {
  return Buffer.concat([header, Buffer.from(objectKey)]);
}
