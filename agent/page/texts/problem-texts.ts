import type { FormProblemCode } from '../../activation/field-problem.ts';
import type { ProbeErrorCode } from '../../probe/probe-report.ts';

/** Errors of the control plane, the drivers and the agent that people meet on the page. */
export type KnownErrorCode =
  | 'ACCESS_KEY_DISABLED'
  | 'ACCESS_KEY_EXPIRED'
  | 'ACCESS_KEY_GROUP_MISSING'
  | 'ACCESS_KEY_NOT_STORED'
  | 'ACCESS_KEY_REVOKED'
  | 'ACCESS_KEY_ROTATED'
  | 'ACCESS_KEY_SCOPE_MISSING'
  | 'ACCESS_KEY_UNKNOWN'
  | 'IDENTITY_UNPROVED'
  | 'IDENTITY_UNVERIFIED'
  | 'CERTIFICATE_EXPIRED'
  | 'CERTIFICATE_INVALID'
  | 'CERTIFICATE_USED'
  | 'CERTIFICATE_VOIDED'
  | 'CONTROL_ANSWER_INVALID'
  | 'CONTROL_UNREACHABLE'
  | 'CONTROL_URL_INSECURE'
  | 'CREDENTIALS_EXPIRED'
  | 'FORBIDDEN'
  | 'GATEWAY_DELETED'
  | 'INSTANCE_CONFLICT'
  | 'INTERNAL'
  | 'INVALID_ACCESS_KEY'
  | 'ROOT_ACCOUNT'
  | 'TOO_MANY_REQUESTS';

/** Message and remedy, as whole sentences. */
export type ProblemText = readonly [message: string, remedy: string];

/** What is wrong, in a language other than English, which errors speak by themselves. */
export type ProblemTexts = Readonly<Record<FormProblemCode | KnownErrorCode | ProbeErrorCode, ProblemText>>;

/** Their English says more than a translation can: a host, a reason. It is shown too. */
export const tellsMoreInEnglish: ReadonlySet<string> = new Set([
  'CONTROL_ANSWER_INVALID',
  'CONTROL_UNREACHABLE',
  'IDENTITY_UNVERIFIED',
]);
