import { HoldfastError } from '../../base/errors.ts';
import type { DeviceAccess, DiskAccess } from '../../drivers/transport/contract.ts';

/** The mover reads and writes devices only. */
export function requireDevice(access: DiskAccess): DeviceAccess {
  if (access.kind === 'device') return access;
  throw new HoldfastError({
    code: 'NOT_SUPPORTED',
    message: 'The transport gives a stream, which cannot be moved yet.',
    remedy: 'Use a transport that gives devices, such as hotadd.',
    retryable: false,
  });
}
