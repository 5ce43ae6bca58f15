import { HoldfastError } from '../../base/errors.ts';
import type { IdSource } from '../../base/ids.ts';
import { deriveKey, seal, unseal, uuidBytes, ZERO_NONCE } from './derive.ts';
import { KEY_LENGTH, type VaultKeys } from './epochs.ts';
import { parseVaultKeys, serialiseVaultKeys } from './vault-keys.ts';

/** The keyring's object key in the vault. */
export const KEYRING_KEY = 'keyring';
const magic = Buffer.from('HFKEY001');
const HEADER_LENGTH = magic.length + 16 + KEY_LENGTH;

/** The vault's keys wrapped under the recovery key; the object `keyring` (FORMAT.md, section 3). */
export function sealKeyring(keys: VaultKeys, recoveryKey: Uint8Array, ids: IdSource): Uint8Array {
  const header = Buffer.concat([magic, uuidBytes(keys.vaultId), ids.bytes(KEY_LENGTH)]);
  return Buffer.concat([
    header,
    ...seal(wrappingKey(header, recoveryKey), ZERO_NONCE, header, serialiseVaultKeys(keys)),
  ]);
}

/** Throws KEYRING_NOT_OPENED for a wrong recovery key or damaged bytes; the two cannot be told apart. */
export function openKeyring(bytes: Uint8Array, recoveryKey: Uint8Array): VaultKeys {
  const header = Buffer.from(bytes.subarray(0, HEADER_LENGTH));
  const known = header.length === HEADER_LENGTH && header.subarray(0, magic.length).equals(magic);
  const plaintext = known
    ? unseal(wrappingKey(header, recoveryKey), ZERO_NONCE, header, bytes.subarray(HEADER_LENGTH))
    : undefined;
  if (plaintext) return parseVaultKeys(plaintext);
  throw new HoldfastError({
    code: 'KEYRING_NOT_OPENED',
    message: known ? 'The recovery key does not open this keyring.' : 'This is not the keyring of a vault.',
    remedy: 'Check that the recovery key belongs to this vault and that the vault’s location is right.',
    retryable: false,
  });
}

function wrappingKey(header: Buffer, recoveryKey: Uint8Array): Buffer {
  const vaultId = header.subarray(magic.length, magic.length + 16);
  return deriveKey(recoveryKey, header.subarray(magic.length + 16), 'holdfast keyring v1', vaultId);
}
