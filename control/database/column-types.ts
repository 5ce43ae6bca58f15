import { types } from 'pg';

const int8 = 20;

/** How `pg` reads columns: bigints as numbers, because all of ours are byte counts and counters below 2^53. */
export const columnTypes = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    if (format !== 'binary' && oid === int8) return toNumber;
    return format === 'binary' ? types.getTypeParser(oid, 'binary') : types.getTypeParser(oid, 'text');
  },
};

function toNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`The database returned a number beyond 2^53: ${text}`);
  return value;
}
