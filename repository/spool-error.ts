import { HoldfastError } from '../base/errors.ts';

/** What the file system said of a spool, as an error for a person; anything else unchanged. Codes: SPOOL_FULL, SPOOL_NOT_WRITABLE. */
export function spoolError(error: unknown, directory: string): unknown {
  if (error instanceof HoldfastError || !(error instanceof Error) || !('syscall' in error)) return error;
  const errno = 'code' in error ? String(error.code) : 'unknown';
  const isFull = errno === 'ENOSPC' || errno === 'EDQUOT';
  return new HoldfastError(
    isFull
      ? {
          code: 'SPOOL_FULL',
          message: `There is no space left in ${directory}, where packs wait for their upload (${errno}).`,
          remedy: 'Free space on that disk of the gateway or make it larger; a job needs a few hundred MiB there.',
          // Another job's packs may have gone by then.
          retryable: true,
        }
      : {
          code: 'SPOOL_NOT_WRITABLE',
          message: `Packs cannot be kept in ${directory} until their upload (${errno}).`,
          remedy:
            'Check that the disk of the gateway is healthy, and its directory writable for the account that runs the agent.',
          retryable: false,
        },
    { cause: error },
  );
}

/** Runs file system work on a spool with its errors translated. */
export function onSpool<T>(directory: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw spoolError(error, directory);
  }
}
