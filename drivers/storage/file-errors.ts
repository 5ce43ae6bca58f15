import { DriverError, isDriverError } from '../../base/errors.ts';

function errnoOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** Whether the path does not exist; a key below a file, or one that names a directory, is no object either. */
export function isMissing(error: unknown): boolean {
  const code = errnoOf(error);
  return code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR';
}

export function hasErrno(error: unknown, ...codes: readonly string[]): boolean {
  const code = errnoOf(error);
  return code !== undefined && codes.includes(code);
}

/** The contract's error for what the file system said about `what`. An abort passes through unchanged. */
export function toDriverError(error: unknown, what: string, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason;
  if (isDriverError(error)) return error;
  const code = errnoOf(error);
  if (code === undefined) return error;
  const options = { cause: error };
  if (isMissing(error)) return notFound(what, options);
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS')
    return new DriverError(
      {
        kind: 'needsPerson',
        code: 'ACCESS_DENIED',
        message: `The file system refused access to ${what} (${code}).`,
        remedy: 'Let the account that runs this process read and write the storage target’s directory.',
      },
      options,
    );
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new DriverError(
      {
        kind: 'needsPerson',
        code: 'NO_SPACE',
        message: `There is no space left for ${what} (${code}).`,
        remedy: 'Free space in the storage target’s directory or make it larger.',
      },
      options,
    );
  return new DriverError(
    {
      kind: 'transient',
      code: 'UNREACHABLE',
      message: `The file system failed on ${what} (${code}).`,
      remedy: 'Check that the storage target’s directory is mounted and healthy, then try again.',
    },
    options,
  );
}

export function notFound(what: string, options?: ErrorOptions): DriverError {
  return new DriverError(
    {
      kind: 'permanent',
      code: 'NOT_FOUND',
      message: `${what} does not exist.`,
      remedy: 'Check the vault’s location; if it is right, verify the vault.',
    },
    options,
  );
}

export function shortBody(what: string): DriverError {
  return new DriverError({
    kind: 'transient',
    code: 'SHORT_BODY',
    message: `${what} is shorter than the range that was asked for.`,
    remedy: 'Try again; if it stays so, verify the vault.',
  });
}
