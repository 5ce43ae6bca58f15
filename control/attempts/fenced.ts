import { ConflictError } from '../errors.ts';

/** An older or ended attempt tried to write. The gateway stops that attempt and touches nothing more of it. */
export function fenced(reason: string): ConflictError {
  return new ConflictError(
    'FENCED',
    `This attempt is over: ${reason}.`,
    'Stop this attempt; the job goes on with another one or has ended.',
  );
}
