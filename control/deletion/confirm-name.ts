import { InvalidInputError } from '../errors.ts';

/** The name as it was typed again, to the letter: no trimming, no other case. Not typed at all is no confirmation; typed wrong is always an error. */
export function isConfirmed(name: string, typed: string | null | undefined): boolean {
  if (typed === null || typed === undefined) return false;
  if (typed === name) return true;
  throw new InvalidInputError([
    { path: ['confirmName'], code: 'NAME_MISMATCH', message: 'is not the name of what is to be deleted' },
  ]);
}

/** The name has to be typed and was not. */
export function nameNotTyped(): InvalidInputError {
  const message = 'must be the name, typed again exactly: backup data would be deleted';
  return new InvalidInputError([{ path: ['confirmName'], code: 'REQUIRED', message }]);
}
