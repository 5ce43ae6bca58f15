import { DriverError } from '../../base/errors.ts';

const keyPattern = /^[A-Za-z0-9._/-]{1,512}$/;

/** Whether `key` is one of the contract's: a store may hold other things too, which are no objects of a vault. */
export function isKey(key: string): boolean {
  return (
    keyPattern.test(key) && key.split('/').every((segment) => segment !== '' && segment !== '.' && segment !== '..')
  );
}

/** Throws BAD_CONFIGURATION for a key outside the contract's alphabet or with an empty, `.` or `..` segment. */
export function checkKey(key: string): void {
  if (isKey(key)) return;
  throw new DriverError({
    kind: 'permanent',
    code: 'BAD_CONFIGURATION',
    message: `The object key ${JSON.stringify(key)} is not allowed.`,
    remedy: 'Use 1 to 512 characters of A-Z a-z 0-9 . _ / - without empty, . or .. segments.',
  });
}

/** Throws BAD_CONFIGURATION for a location prefix that is not a key followed by `/`. */
export function checkPrefix(prefix: string): void {
  if (prefix.endsWith('/')) {
    checkKey(prefix.slice(0, -1));
    return;
  }
  throw new DriverError({
    kind: 'permanent',
    code: 'BAD_CONFIGURATION',
    message: `The vault prefix ${JSON.stringify(prefix)} does not end with "/".`,
    remedy: 'Give the vault a prefix that ends with "/".',
  });
}
