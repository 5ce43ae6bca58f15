import type { StorageAccess, VaultLocation } from '../contract.ts';

const objectActions: Readonly<Record<StorageAccess, readonly string[]>> = {
  read: ['oss:GetObject'],
  // PutObject is what the parts of an upload need too. That an existing object is not replaced cannot be said in a
  // policy: the vault's own putIfAbsent does.
  write: ['oss:GetObject', 'oss:PutObject', 'oss:AbortMultipartUpload', 'oss:ListParts'],
  maintain: ['oss:GetObject', 'oss:PutObject', 'oss:AbortMultipartUpload', 'oss:ListParts', 'oss:DeleteObject'],
};

/**
 * What the role's rights are cut down to: one prefix of one bucket. The rights of a session are what both the role's
 * policies and this one allow.
 *
 * Sources: "RAM policies", OSS user guide (actions, resources, `oss:Prefix`); "AssumeRole", STS developer reference (at
 * most 2,048 bytes).
 */
export function sessionPolicy({ bucket, prefix }: VaultLocation, access: StorageAccess): string {
  return JSON.stringify({
    Version: '1',
    Statement: [
      { Effect: 'Allow', Action: objectActions[access], Resource: [`acs:oss:*:*:${bucket}/${prefix}*`] },
      {
        Effect: 'Allow',
        Action: ['oss:ListObjects'],
        Resource: [`acs:oss:*:*:${bucket}`],
        Condition: { StringLike: { 'oss:Prefix': [`${prefix}*`] } },
      },
    ],
  });
}
