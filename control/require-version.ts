import { VersionConflictError } from './errors.ts';

/** Throws VersionConflictError when the caller saw another version than the present one; nothing `expected` fits any. */
export function requireVersion(present: { readonly version: number }, expected: number | null | undefined): void {
  if (typeof expected === 'number' && present.version !== expected) throw new VersionConflictError(present.version);
}
