import { DriverError } from '../../base/errors.ts';
import type { IdentityDriver } from './contract.ts';

/**
 * Access keys that the control plane keeps itself. The proof carries the secret, so it is only as private as the control
 * channel it travels over (HTTPS, or plain HTTP on loopback).
 */
export const builtinIdentityDriver: IdentityDriver = {
  name: 'builtin',

  async prove({ accessKeyId, accessKeySecret }, challenge, signal) {
    signal.throwIfAborted();
    return { driver: 'builtin', accessKeyId, values: { challenge, secret: accessKeySecret } };
  },

  async verify({ driver, accessKeyId, values }, challenge, context, signal) {
    signal.throwIfAborted();
    const { secret } = values;
    if (driver !== 'builtin' || secret === undefined || values.challenge !== challenge) throw invalidAccessKey();
    const identity = await context.verifyBuiltinSecret(accessKeyId, secret);
    if (identity === undefined) throw invalidAccessKey();
    return identity;
  },
};

function invalidAccessKey(): DriverError {
  return new DriverError({
    kind: 'needsPerson',
    code: 'INVALID_ACCESS_KEY',
    message: 'The access key id and secret do not belong together, or the key is revoked or expired.',
    remedy: 'Check both for typing mistakes, or create a new access key and use that.',
  });
}
