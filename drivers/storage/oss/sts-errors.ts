import { z } from 'zod';
import { DriverError, type DriverErrorKind } from '../../../base/errors.ts';
import type { HttpAnswer } from './exchange.ts';

const failure = z.object({ Code: z.string().regex(/^[A-Za-z0-9._-]{1,100}$/) });

/** What STS said instead of credentials. Source: "AssumeRole" and "Common error codes", STS developer reference. */
export function stsRefusal({ status, headers, body }: HttpAnswer): DriverError {
  const code = codeOf(body);
  const requestId = headers['x-acs-request-id'];
  const [kind, driverCode, problem, remedy] = meaningOf(status, code);
  const details = [String(status), code, typeof requestId === 'string' && `request ${requestId}`]
    .filter(Boolean)
    .join(', ');
  return new DriverError({
    kind,
    code: driverCode,
    message: `STS ${problem} (${details}).`,
    remedy,
  });
}

type Meaning = readonly [kind: DriverErrorKind, code: string, problem: string, remedy: string];

function meaningOf(status: number, code: string): Meaning {
  if (code.startsWith('Throttling') || status === 429)
    return [
      'transient',
      'THROTTLED',
      'turned the request for credentials away for the moment',
      'Wait; if it stays so, let fewer jobs run at the same time.',
    ];
  if (status >= 500 || status === 408)
    return [
      'transient',
      'UNREACHABLE',
      'failed to issue credentials',
      'Try again; if it stays so, look at Alibaba Cloud’s status page.',
    ];
  if (code.startsWith('EntityNotExist'))
    return ['needsPerson', 'BAD_CONFIGURATION', 'does not know the role', 'Correct HOLDFAST_STORAGE_ROLE_ARN.'];
  if (code.startsWith('InvalidParameter.DurationSeconds'))
    return [
      'needsPerson',
      'BAD_CONFIGURATION',
      'does not give credentials for so long',
      'Lower HOLDFAST_STORAGE_CREDENTIAL_SECONDS, or raise the role’s longest session.',
    ];
  if (
    code.startsWith('InvalidAccessKeyId') ||
    code.startsWith('SignatureDoesNotMatch') ||
    code.startsWith('IncompleteSignature')
  )
    return [
      'needsPerson',
      'ACCESS_DENIED',
      'does not accept the storage target’s AccessKey',
      'Correct HOLDFAST_STORAGE_ACCESS_KEY_ID and HOLDFAST_STORAGE_ACCESS_KEY_SECRET.',
    ];
  if (status === 401 || status === 403)
    return [
      'needsPerson',
      'ACCESS_DENIED',
      'does not let the storage target’s AccessKey assume the role',
      'Give its RAM user AliyunSTSAssumeRoleAccess, and name that user in the role’s trust policy.',
    ];
  return [
    'needsPerson',
    'BAD_CONFIGURATION',
    'did not understand the request for credentials',
    'Check HOLDFAST_STORAGE_ROLE_ARN, HOLDFAST_STORAGE_EXTERNAL_ID and HOLDFAST_STORAGE_STS_ENDPOINT.',
  ];
}

function codeOf(body: Uint8Array): string {
  try {
    return failure.safeParse(JSON.parse(Buffer.from(body).toString('utf8'))).data?.Code ?? '';
  } catch {
    return '';
  }
}
