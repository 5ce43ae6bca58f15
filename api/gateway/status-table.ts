import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { ErrorDetails } from '../../base/errors.ts';

/** The status of every code the control channel answers with (protocol/PROTOCOL.md, section 1). */
const statuses: Readonly<Record<string, ContentfulStatusCode>> = {
  INVALID_BODY: 400,
  INVALID_INPUT: 400,
  CERTIFICATE_INVALID: 400,
  CHALLENGE_INVALID: 400,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  SIGNATURE_INVALID: 403,
  INVALID_ACCESS_KEY: 403,
  ACCESS_KEY_EXPIRED: 403,
  ACCESS_KEY_DISABLED: 403,
  ACCOUNT_NOT_ALLOWED: 403,
  GATEWAY_NOT_ACTIVATED: 403,
  GATEWAY_DELETED: 410,
  CREDENTIALS_EXPIRED: 403,
  NOT_FOUND: 404,
  FENCED: 409,
  INSTANCE_CONFLICT: 409,
  CERTIFICATE_USED: 409,
  CERTIFICATE_EXPIRED: 410,
  CERTIFICATE_VOIDED: 410,
  CHALLENGE_EXPIRED: 410,
  COMMAND_EXPIRED: 410,
  BODY_TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  TOO_MANY_REQUESTS: 429,
  INTERNAL: 500,
  UNAVAILABLE: 503,
  DATABASE_UNAVAILABLE: 503,
  DEADLINE_EXCEEDED: 503,
};

/** A code of a driver or of a later version: what may be retried is the service's state, all else a conflict with the present one. */
export function statusOf(error: Pick<ErrorDetails, 'code' | 'retryable'>): ContentfulStatusCode {
  return statuses[error.code] ?? (error.retryable ? 503 : 409);
}
