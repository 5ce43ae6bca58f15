import { ConflictError } from '../errors.ts';

/** At a vCenter's address another one answers, which calls itself `name`. */
export function anotherVcenter(name: string): ConflictError {
  return new ConflictError(
    'ANOTHER_VCENTER',
    `Another vCenter answers there: ${name}. Its virtual machines are not those of this one.`,
    'Check the address; to manage the other vCenter as well, add it with addVCenter.',
  );
}
