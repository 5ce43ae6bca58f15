import { expect, it } from 'vitest';
import { spoolError } from './spool-error.ts';

const errno = (code: string) => Object.assign(new Error(code), { code, syscall: 'write' });

it.each([
  ['ENOSPC', 'SPOOL_FULL', true],
  ['EDQUOT', 'SPOOL_FULL', true],
  ['EACCES', 'SPOOL_NOT_WRITABLE', false],
  ['EROFS', 'SPOOL_NOT_WRITABLE', false],
])('says what %s in a spool means', (code, expected, retryable) => {
  const error = spoolError(errno(code), '/spool');
  expect(error).toMatchObject({ code: expected, retryable, message: expect.stringContaining('/spool') });
});

it('leaves everything else alone', () => {
  const bug = new TypeError('a bug');
  expect(spoolError(bug, '/spool')).toBe(bug);
});
