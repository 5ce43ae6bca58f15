import { HoldfastError, isDriverError } from '../../base/errors.ts';

/** The error when it has a code and a remedy, whichever copy of the class it is of; undefined for everything unexpected. */
export function knownError(error: unknown): HoldfastError | undefined {
  return error instanceof HoldfastError || isDriverError(error) ? error : undefined;
}
