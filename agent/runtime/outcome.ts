import { HoldfastError, isDriverError } from '../../base/errors.ts';
import type { Logger } from '../../base/logger.ts';
import type { ErrorBody, Finding } from '../../protocol/primitives.ts';
import type { Outcome } from '../../protocol/work.ts';
import { ControlError } from '../control-channel/control-client.ts';
import { type AttemptLease, isRefusal } from './attempt-lease.ts';
import { AttemptLost, JobCanceled } from './stop-reasons.ts';

/** What becomes of a job that threw; undefined when the attempt is lost and nothing may be reported. */
export function failureOutcome(
  error: unknown,
  lease: Pick<AttemptLease, 'signal' | 'held'>,
  findings: Finding[],
  logger: Logger,
): Outcome | undefined {
  // Whatever was thrown after an abort is its consequence.
  const cause: unknown = lease.signal.aborted ? lease.signal.reason : rootOf(error);
  if (lease.held.aborted || cause instanceof AttemptLost || isRefusal(cause)) {
    logger.warn({ reason: String(lease.held.aborted ? lease.held.reason : cause) }, 'attempt lost');
    return undefined;
  }
  const isCancel = cause instanceof JobCanceled || (cause instanceof ControlError && cause.code === 'CANCEL_REQUESTED');
  if (isCancel) return { status: 'CANCELED', findings };
  if (cause instanceof HoldfastError || isDriverError(cause)) {
    logger.warn({ code: cause.code, reason: cause.message }, 'attempt failed');
    return { status: cause.retryable ? 'RETRY' : 'FAILED', error: bodyOf(cause), findings };
  }
  logger.error({ err: cause }, 'attempt failed unexpectedly');
  const unexpected: ErrorBody = {
    code: 'INTERNAL',
    message: 'Something unexpected happened on the gateway.',
    remedy: "Look at the gateway's log for this job's id.",
    retryable: true,
  };
  // Another try often helps (a device that answered EIO), and control bounds their number.
  return { status: 'RETRY', error: unexpected, findings };
}

/** Trouble while closing things hides what went wrong before; that is what its owner has to hear. */
export function rootOf(error: unknown): unknown {
  return error instanceof SuppressedError ? rootOf(error.suppressed) : error;
}

function bodyOf({ code, message, remedy, retryable }: HoldfastError): ErrorBody {
  return { code, message: message.slice(0, 4_000), remedy: remedy.slice(0, 4_000), retryable };
}
