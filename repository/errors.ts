import { HoldfastError } from '../base/errors.ts';

/** What is stored is not what was written: authentication, structure or hash failed. `object` is a key or a chunk's id. */
export function corrupt(object: string, problem: string, options?: ErrorOptions): HoldfastError {
  return new HoldfastError(
    {
      code: 'VAULT_CORRUPT',
      message: `${object}: ${problem}.`,
      remedy: 'Verify the vault; restore from another recovery point and back the machine up again.',
      retryable: false,
    },
    options,
  );
}

/** Something a map leads to is in no index segment. */
export function chunkMissing(id: string): HoldfastError {
  return new HoldfastError({
    code: 'CHUNK_MISSING',
    message: `No index segment of the vault names the chunk ${id}.`,
    remedy: 'Verify the vault; if index segments were lost, rebuild the index from the packs.',
    retryable: false,
  });
}

export function epochMissing(epoch: number): HoldfastError {
  return new HoldfastError({
    code: 'VAULT_KEY_MISSING',
    message: `The vault's keys do not include epoch ${epoch}.`,
    remedy: 'Fetch the vault’s current keys from the control plane or its keyring, then try again.',
    retryable: false,
  });
}
