import { z } from 'zod';
import { DriverError } from '../../../base/errors.ts';
import type { StorageCredentials } from '../contract.ts';

const sessionKeys = z.object({
  accessKeyId: z.string().min(1),
  accessKeySecret: z.string().min(1),
  /** Absent for a key that is no session's: the storage target's own. */
  securityToken: z.string().min(1).optional(),
});

/** What a request is signed with. Secret. */
export type SessionKeys = Readonly<z.infer<typeof sessionKeys>>;

export function readSessionKeys({ values }: StorageCredentials): SessionKeys {
  const parsed = sessionKeys.safeParse(values);
  if (parsed.success) return parsed.data;
  const missing = parsed.error.issues.map(({ path }) => path.join('.')).join(', ');
  throw new DriverError({
    kind: 'needsPerson',
    code: 'BAD_CONFIGURATION',
    message: `The credentials for the vault lack what OSS needs: ${missing}.`,
    remedy: 'Check that control plane and gateway use the same storage driver and version.',
  });
}
