import type { IdSource } from '../../base/ids.ts';
import { type AccessRequest, isAllowed, type Policy, type PolicyDocument, parsePolicy } from './policy.ts';
import { randomText } from './random-text.ts';

export type IdentityType = 'Account' | 'RAMUser' | 'AssumedRoleUser';

/** A key pair and whom it belongs to. */
export interface UserSettings {
  readonly identityType: 'Account' | 'RAMUser';
  /** Made up when absent. */
  readonly accessKeyId?: string;
  readonly accessKeySecret?: string;
  /** Of a RAM user. */
  readonly name?: string;
  /** What a RAM user may do; everything in OSS, and AssumeRole, when absent. The account may always do everything. */
  readonly policy?: PolicyDocument;
}

export interface RoleSettings {
  readonly name?: string;
  /** What the role may do; everything in OSS when absent. */
  readonly policy?: PolicyDocument;
}

export interface User {
  readonly identityType: 'Account' | 'RAMUser';
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly userId: string;
  readonly name: string;
  readonly policies: readonly Policy[];
  active: boolean;
}

export interface Role {
  readonly name: string;
  readonly roleId: string;
  readonly arn: string;
  readonly policies: readonly Policy[];
}

/** Who sends a request, once its signature is right. */
export interface Principal {
  readonly identityType: IdentityType;
  readonly accessKeyId: string;
  readonly arn: string;
  readonly principalId: string;
  readonly userId?: string;
  readonly roleId?: string;
  /** Each layer has to allow a request; the account has none. */
  readonly layers: readonly (readonly Policy[])[];
}

export const mayDo = (principal: Principal, request: AccessRequest): boolean =>
  principal.layers.every((layer) => isAllowed(layer, request));

const everythingInOss: PolicyDocument = {
  Version: '1',
  Statement: [{ Effect: 'Allow', Action: 'oss:*', Resource: '*' }],
};
const assumeAnyRole: PolicyDocument = {
  Version: '1',
  Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' }],
};

/** One Alibaba Cloud account with its users and one role. */
export class Accounts {
  readonly accountId = '1000000000000001';
  readonly role: Role;
  readonly users: readonly User[];

  constructor(options: {
    readonly users: readonly UserSettings[];
    readonly role: RoleSettings;
    readonly ids: IdSource;
  }) {
    const { ids } = options;
    const name = options.role.name ?? 'holdfast-vaults';
    this.role = {
      name,
      roleId: '3000000000000001',
      arn: `acs:ram::${this.accountId}:role/${name}`,
      policies: [parsePolicy(options.role.policy ?? everythingInOss)],
    };
    this.users = options.users.map((user, index) => ({
      identityType: user.identityType,
      accessKeyId: user.accessKeyId ?? `LTAI5t${randomText(ids, 18)}`,
      accessKeySecret: user.accessKeySecret ?? randomText(ids, 30),
      userId: user.identityType === 'Account' ? this.accountId : `20000000000000${String(index + 1).padStart(2, '0')}`,
      name: user.name ?? (user.identityType === 'Account' ? 'root' : `holdfast-${index + 1}`),
      policies: user.policy ? [parsePolicy(user.policy)] : [parsePolicy(everythingInOss), parsePolicy(assumeAnyRole)],
      active: true,
    }));
  }

  find(accessKeyId: string): User | undefined {
    return this.users.find((user) => user.accessKeyId === accessKeyId);
  }

  principalOf(user: User): Principal {
    const { identityType, accessKeyId, userId } = user;
    const common = { identityType, accessKeyId, userId, principalId: userId };
    if (identityType === 'Account') return { ...common, arn: `acs:ram::${this.accountId}:root`, layers: [] };
    return { ...common, arn: `acs:ram::${this.accountId}:user/${user.name}`, layers: [user.policies] };
  }

  /** Somebody who assumed the role, with the policy the session was given. */
  sessionPrincipal(session: {
    readonly accessKeyId: string;
    readonly sessionName: string;
    readonly policy: Policy | undefined;
  }): Principal {
    return {
      identityType: 'AssumedRoleUser',
      accessKeyId: session.accessKeyId,
      arn: `acs:ram::${this.accountId}:assumed-role/${this.role.name}/${session.sessionName}`,
      principalId: `${this.role.roleId}:${session.sessionName}`,
      roleId: this.role.roleId,
      layers: session.policy ? [this.role.policies, [session.policy]] : [this.role.policies],
    };
  }
}
