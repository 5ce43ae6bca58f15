import { type Accounts, mayDo, type Principal } from './accounts.ts';
import { StsError } from './errors.ts';
import { readPolicy } from './policy.ts';
import { parameter, requireParameter, type StsRequest } from './request.ts';
import type { ServerTime } from './server-time.ts';
import type { SessionTokens } from './session-tokens.ts';

/** Elements of an answer beside its RequestId. */
export type StsResult = { readonly [name: string]: string | StsResult };

export interface StsService {
  readonly accounts: Accounts;
  readonly tokens: SessionTokens;
  readonly time: ServerTime;
  /** Seconds; 900 in the real service. */
  readonly minDurationSeconds: number;
  /** Seconds; a role's MaxSessionDuration, at most 43,200 in the real service. */
  readonly maxDurationSeconds: number;
}

const MAX_POLICY = 2048;

export const actions: Readonly<
  Record<string, (service: StsService, caller: Principal, request: StsRequest) => StsResult>
> = {
  AssumeRole(service, caller, request) {
    const { accounts, tokens, time } = service;
    const roleArn = requireParameter(request, 'RoleArn');
    const sessionName = requireParameter(request, 'RoleSessionName');
    if (!/^acs:ram::\d+:role\/[\w.-]+$/.test(roleArn)) {
      throw new StsError(400, 'InvalidParameter.RoleArn', 'The parameter RoleArn is wrongly formed.');
    }
    if (!/^[\w.@-]{2,64}$/.test(sessionName)) {
      throw new StsError(400, 'InvalidParameter.RoleSessionName', 'The parameter RoleSessionName is wrongly formed.');
    }
    const seconds = duration(service, parameter(request, 'DurationSeconds'));
    const policy = parameter(request, 'Policy');
    if (policy !== undefined && (policy.length > MAX_POLICY || !readPolicy(policy))) {
      throw new StsError(400, 'InvalidParameter.PolicyGrammar', 'The parameter Policy has not passed grammar check.');
    }
    if (caller.identityType === 'Account') {
      throw new StsError(403, 'NoPermission', 'Roles may not be assumed by root accounts.');
    }
    if (roleArn.toLowerCase() !== accounts.role.arn.toLowerCase()) {
      throw new StsError(404, 'EntityNotExist.Role', `The specified Role not exists.`);
    }
    if (!mayDo(caller, { action: 'sts:AssumeRole', resource: roleArn })) {
      throw new StsError(
        403,
        'NoPermission',
        'You are not authorized to do this action. You should be authorized by RAM.',
      );
    }
    const expiresAt = time.now() + seconds * 1000;
    const { session, securityToken } = tokens.issue({ sessionName, policy, expiresAt });
    return {
      AssumedRoleUser: {
        Arn: `${accounts.role.arn}/${sessionName}`,
        AssumedRoleId: `${accounts.role.roleId}:${sessionName}`,
      },
      Credentials: {
        AccessKeyId: session.accessKeyId,
        AccessKeySecret: session.accessKeySecret,
        SecurityToken: securityToken,
        Expiration: new Date(expiresAt).toISOString().replace(/\.\d+/, ''),
      },
    };
  },

  GetCallerIdentity({ accounts }, caller) {
    return {
      IdentityType: caller.identityType,
      AccountId: accounts.accountId,
      PrincipalId: caller.principalId,
      Arn: caller.arn,
      ...(caller.userId !== undefined && { UserId: caller.userId }),
      ...(caller.roleId !== undefined && { RoleId: caller.roleId }),
    };
  },
};

function duration({ minDurationSeconds: min, maxDurationSeconds: max }: StsService, text: string | undefined): number {
  if (text === undefined) return Math.min(3600, max);
  const seconds = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (seconds >= min && seconds <= max) return seconds;
  throw new StsError(
    400,
    'InvalidParameter.DurationSeconds',
    `The Min/Max value of DurationSeconds is ${min}s/${max}s.`,
  );
}
