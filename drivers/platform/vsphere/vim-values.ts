import { DriverError } from '../../../base/errors.ts';

/** An xsd:long: a number while it is exact, a bigint beyond 2^53. Use {@link exactNumber} where arithmetic follows. */
export type Long = number | bigint;

/** vSphere's reference to a server-side object, for example `{ type: 'VirtualMachine', value: 'vm-42' }`. */
export interface ManagedObjectReference {
  readonly type: string;
  readonly value: string;
}

export function reference(type: string, value: string): ManagedObjectReference {
  return { type, value };
}

export function isReference(value: unknown): value is ManagedObjectReference {
  return (
    typeof value === 'object' &&
    value !== null &&
    'type' in value &&
    typeof value.type === 'string' &&
    'value' in value &&
    typeof value.value === 'string'
  );
}

/** `value` as a number, or a NOT_SUPPORTED error naming `what`: a rounded size or offset would corrupt a backup. */
export function exactNumber(value: Long, what: string): number {
  if (typeof value === 'number') return value;
  throw new DriverError({
    kind: 'permanent',
    code: 'NOT_SUPPORTED',
    message: `${what} is ${value}, which is more than can be counted exactly.`,
    remedy: 'Disks and offsets up to 8 PiB are supported.',
  });
}
