import { ConflictError } from '../errors.ts';

/** Another process with this gateway's identity lives. */
export function instanceConflict(): ConflictError {
  return new ConflictError(
    'INSTANCE_CONFLICT',
    'Another process with the identity of this gateway is at work.',
    'Stop the other one (a copy of the appliance, or of its state directory), or wait a minute after it has ended.',
    true,
  );
}
