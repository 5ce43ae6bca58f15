import { DriverError } from '../../../base/errors.ts';

export function wrongDisk(message: string): DriverError {
  return new DriverError({
    kind: 'permanent',
    code: 'WRONG_DISK',
    message,
    remedy: 'Refresh the inventory and start the job again.',
  });
}

export function notSupported(message: string): DriverError {
  return new DriverError({
    kind: 'permanent',
    code: 'NOT_SUPPORTED',
    message,
    remedy: 'Use a gateway in the same vCenter with the transport hotadd.',
  });
}

/** vSphere is not always of one mind about dashes and case. */
export function sameUuid(one: string, other: string): boolean {
  const plain = (uuid: string) => uuid.replaceAll('-', '').toLowerCase();
  return plain(one) === plain(other);
}
