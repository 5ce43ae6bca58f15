import { z } from 'zod';
import { DriverError, type DriverErrorKind } from '../../../base/errors.ts';
import type { VerifiedIdentity } from '../contract.ts';

const success = z.object({
  IdentityType: z.enum(['Account', 'RAMUser', 'AssumedRoleUser']),
  AccountId: z.string().regex(/^\d{1,32}$/),
  Arn: z.string().min(1).max(512),
});
const failure = z.object({ Code: z.string().regex(/^[A-Za-z0-9._-]{1,100}$/) });

const kinds = { Account: 'ROOT_ACCOUNT', RAMUser: 'RAM_USER', AssumedRoleUser: 'ASSUMED_ROLE' } as const;

/** Who STS says signed, or the error that its answer means. Source: "GetCallerIdentity" and "Common error codes", STS developer reference. */
export function identityOf(
  answer: { readonly status: number; readonly body: string },
  accessKeyId: string,
): { readonly identity: VerifiedIdentity; readonly accountId: string } {
  const json = parseJson(answer.body);
  if (answer.status !== 200) throw refusal(answer.status, failure.safeParse(json).data?.Code ?? '');
  const parsed = success.safeParse(json);
  if (!parsed.success)
    throw driverError(
      'transient',
      'UNREACHABLE',
      'What answers instead of STS does not speak as STS does.',
      'Check HOLDFAST_RAM_STS_ENDPOINT of the control plane, and what stands in between.',
    );
  const { IdentityType, AccountId, Arn } = parsed.data;
  return {
    identity: { accessKeyId, kind: kinds[IdentityType], subject: Arn, expiresAt: null },
    accountId: AccountId,
  };
}

function refusal(status: number, code: string): DriverError {
  const details = [String(status), code].filter(Boolean).join(', ');
  if (code.startsWith('Throttling') || status === 429)
    return driverError('transient', 'THROTTLED', `STS asks to wait (${details}).`, 'Nothing to do: it is asked again.');
  if (code === 'InvalidAccessKeyId.Inactive')
    return driverError(
      'needsPerson',
      'ACCESS_KEY_DISABLED',
      'This access key is disabled in RAM.',
      'Enable it in RAM, or use another one.',
    );
  if (code === 'InvalidSecurityToken.Expired')
    return driverError(
      'needsPerson',
      'ACCESS_KEY_EXPIRED',
      'This access key has expired.',
      'Use an access key of a RAM user; temporary ones of STS end after hours.',
    );
  // Both alike: what is wrong with a guess is nobody's business.
  if (/^(?:InvalidAccessKeyId|SignatureDoesNotMatch|MissingSecurityToken|InvalidSecurityToken)/.test(code))
    return invalidAccessKey();
  if (/^(?:InvalidTimeStamp|IllegalTimestamp)/.test(code))
    return driverError(
      'transient',
      'UNREACHABLE',
      `STS finds that the time of the control plane is wrong (${details}).`,
      "Correct the control plane's clock.",
    );
  // A nonce that was used: the gateway makes another one with its next proof.
  if (status >= 500 || status === 408 || code === 'SignatureNonceUsed')
    return driverError(
      'transient',
      'UNREACHABLE',
      `STS could not answer (${details}).`,
      'Nothing to do at first: it is asked again. If it stays so, look at Alibaba Cloud’s status page.',
    );
  return driverError(
    'needsPerson',
    'BAD_CONFIGURATION',
    `STS did not understand the question whose the access key is (${details}).`,
    'Check HOLDFAST_RAM_STS_ENDPOINT of the control plane, and that control plane and gateway are of the same version.',
  );
}

export function invalidAccessKey(): DriverError {
  return driverError(
    'needsPerson',
    'INVALID_ACCESS_KEY',
    'The AccessKey ID and secret do not belong together, or the key does not exist.',
    'Check both for typing mistakes, or create a new access key of a RAM user and use that.',
  );
}

export function accountNotAllowed(accountId: string): DriverError {
  return driverError(
    'needsPerson',
    'ACCOUNT_NOT_ALLOWED',
    `This access key belongs to the Alibaba Cloud account ${accountId}, whose keys this control plane does not take.`,
    'Use an access key of the right account, or let the operator add the account to HOLDFAST_RAM_ACCOUNT_IDS.',
  );
}

function driverError(kind: DriverErrorKind, code: string, message: string, remedy: string): DriverError {
  return new DriverError({ kind, code, message, remedy });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
