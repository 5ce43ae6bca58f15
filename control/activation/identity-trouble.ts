import type { ControlContext } from '../context.ts';
import type { IdentityTrouble, StatusReason } from '../database/credentials-columns.ts';
import { newAccessKey } from '../gateways/status-reason.ts';

/** A gateway that does not answer the question for its access key: it gets no work meanwhile, and has this long to answer. */
export const unproved = 'IDENTITY_UNPROVED';

/**
 * For how long a gateway works on although nobody could say whether its access key is still good: bounded, so that a revoked key does not live for as long as
 * its owner's service can be kept from answering. Null: that time is not over.
 */
export function unverifiedTooLong(
  control: Pick<ControlContext, 'clock' | 'config'>,
  { identity_trouble: trouble }: { readonly identity_trouble: IdentityTrouble | null },
  accessKeyId: string,
): StatusReason | null {
  if (trouble === null) return null;
  const patienceMs = trouble.code === unproved ? control.config.heartbeatTimeoutMs : control.config.identityGraceMs;
  if (control.clock.now() - Date.parse(trouble.since) <= patienceMs) return null;
  if (trouble.code === unproved)
    return {
      code: unproved,
      message: `The gateway has not shown since ${trouble.since} that it has the secret of the access key ${accessKeyId}.`,
      remedy: newAccessKey,
    };
  return {
    code: 'IDENTITY_UNVERIFIED',
    message: `Nobody could say since ${trouble.since} whether the access key ${accessKeyId} is still good: ${trouble.message}`,
    remedy: `${trouble.remedy} The gateway goes on by itself once that works.`,
  };
}
