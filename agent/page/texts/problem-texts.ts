import type { FormProblemCode } from '../../activation/field-problem.ts';

/** Errors of the control plane, the drivers and the agent that people meet on the page. */
export type KnownErrorCode =
  | 'ACCESS_KEY_DISABLED'
  | 'ACCESS_KEY_EXPIRED'
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
  | 'TOO_MANY_REQUESTS';

/** Of a probe; `{host}` and `{port}` are filled in. */
export type ProbeTextCode =
  | 'DNS_FAILED'
  | 'CONNECTION_REFUSED'
  | 'TIMEOUT'
  | 'UNREACHABLE'
  | 'CONNECTION_LOST'
  | 'TLS_FAILED'
  | 'ANSWER_UNEXPECTED';

/** Message and remedy, as whole sentences. */
export type ProblemText = readonly [message: string, remedy: string];

/** What is wrong, in a language other than English, which errors speak by themselves. */
export type ProblemTexts = Readonly<Record<FormProblemCode | KnownErrorCode | ProbeTextCode, ProblemText>>;

/** Their English says more than a translation can: a host, a reason. It is shown too. */
export const tellsMoreInEnglish: ReadonlySet<string> = new Set(['CONTROL_ANSWER_INVALID', 'CONTROL_UNREACHABLE']);
