import { DriverError } from '../../../base/errors.ts';

/** A disk stream that is not what it should be. Never a shorter disk: whatever was read of it is not to be used. */
export function corruptStream(problem: string, cause?: unknown): DriverError {
  return new DriverError(
    {
      kind: 'transient',
      code: 'CORRUPT_STREAM',
      message: `The disk's stream cannot be trusted: ${problem}.`,
      remedy: 'Try again; if it happens again, look at the log of the ESXi host (hostd.log) and at the network to it.',
    },
    cause === undefined ? undefined : { cause },
  );
}
