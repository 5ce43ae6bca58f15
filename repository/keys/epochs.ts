import { HoldfastError } from '../../base/errors.ts';

/** Bytes of every key and every salt. */
export const KEY_LENGTH = 32;

/** All secrets of a vault. Encrypted wherever it rests or travels; never logged. */
export interface VaultKeys {
  /** A UUID. */
  readonly vaultId: string;
  /** Keys the ids of chunks; fixed for the vault's life. */
  readonly hashKey: Uint8Array;
  /** Ascending, at least one; the last one encrypts what is written now. */
  readonly epochs: readonly VaultEpoch[];
}

export interface VaultEpoch {
  readonly epoch: number;
  readonly key: Uint8Array;
}

/** The epoch that new packs and objects are written under. */
export function currentEpoch(keys: VaultKeys): VaultEpoch {
  const last = keys.epochs.at(-1);
  if (last === undefined) throw invalidKeys();
  return last;
}

/** Says nothing of what the bytes were. */
export function invalidKeys(): HoldfastError {
  return new HoldfastError({
    code: 'VAULT_KEYS_INVALID',
    message: 'These are not the keys of a vault.',
    remedy: 'Fetch the vault’s keys again from the control plane or its keyring.',
    retryable: false,
  });
}
