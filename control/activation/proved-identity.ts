import type { VerifiedIdentity } from '../../drivers/identity/contract.ts';
import type { Finding } from '../../protocol/primitives.ts';
import type { IdentityTrouble } from '../database/credentials-columns.ts';

export interface ProvedIdentity {
  readonly identity: VerifiedIdentity;
  /** When the proof was looked at: a secret that is replaced while it is being stored has not been proved. */
  readonly provedAt: Date;
}

/** What a gateway's row says of the access key it has just proved: whatever was wrong with the one before is forgotten. */
export function identityColumns({ identity, provedAt }: ProvedIdentity) {
  return {
    access_key_id: identity.accessKeyId,
    identity: JSON.stringify(identity),
    credentials_expire_at: identity.expiresAt === null ? null : new Date(identity.expiresAt),
    identity_proved_at: provedAt,
    identity_checked_at: provedAt,
    identity_trouble: null,
    credentials_problem: null,
    expiry_told_days: null,
    expiry_told_for: null,
  };
}

/** What somebody should know of a gateway's access key although it works. */
export function identityFindings(gateway: {
  readonly identity: VerifiedIdentity | null;
  readonly identity_trouble: IdentityTrouble | null;
}): Finding[] {
  const { identity, identity_trouble: trouble } = gateway;
  return [
    ...(identity?.kind === 'ROOT_ACCOUNT' ? [rootAccount] : []),
    ...(trouble
      ? [
          {
            code: trouble.code,
            severity: 'WARNING' as const,
            message: `Since ${trouble.since} it could not be found out whether the gateway's access key is still good: ${trouble.message}`,
            remedy: trouble.remedy,
          },
        ]
      : []),
  ];
}

const rootAccount: Finding = {
  code: 'ROOT_ACCOUNT',
  severity: 'WARNING',
  message: 'This access key belongs to the account itself, so it may do everything in it.',
  remedy: 'Create a RAM user with only the rights that backups need, and give the gateway its access key.',
};
