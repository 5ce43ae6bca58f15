import { HoldfastError } from '../../base/errors.ts';
import { newAccessKey } from '../gateways/status-reason.ts';

/** The code a job is given back with when its gateway's access key does not count any more: not the job's failure, so it is not counted. */
export const credentialsExpiredCode = 'CREDENTIALS_EXPIRED';

/** Retryable: the job goes on by itself once the gateway has another key. */
export function credentialsExpired(): HoldfastError {
  return new HoldfastError({
    code: credentialsExpiredCode,
    message:
      'The access key of this gateway has expired or does not count any more, so it gets no credentials for its vault.',
    remedy: newAccessKey,
    retryable: true,
  });
}
