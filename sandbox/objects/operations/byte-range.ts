import { OssError } from '../errors.ts';

export interface Range {
  readonly start: number;
  readonly length: number;
}

/**
 * The part of an object a `Range` header asks for; undefined for all of it. OSS ignores a range that leaves the object,
 * unless `standard` (`x-oss-range-behavior: standard`) asks for what HTTP says: cut at the end, or InvalidRange.
 */
export function rangeOf(header: string | undefined, size: number, standard: boolean): Range | undefined {
  const [, first, last] = /^bytes=(\d*)-(\d*)(?:,.*)?$/.exec(header ?? '') ?? [];
  if (first === undefined || last === undefined || (first === '' && last === '')) return undefined;
  if (first === '') return suffix(Number(last), size, standard);
  const start = Number(first);
  const end = last === '' ? size - 1 : Number(last);
  if (last !== '' && end < start) return undefined;
  if (start >= size) return outside(standard);
  if (end >= size) return standard ? { start, length: size - start } : undefined;
  return { start, length: end - start + 1 };
}

function suffix(length: number, size: number, standard: boolean): Range | undefined {
  if (length === 0 || size === 0) return outside(standard);
  if (length > size) return standard ? { start: 0, length: size } : undefined;
  return { start: size - length, length };
}

function outside(standard: boolean): undefined {
  if (standard) throw new OssError('InvalidRange');
  return undefined;
}
