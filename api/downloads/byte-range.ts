/** Bytes `start` to before `end`. */
export interface ByteSpan {
  readonly start: number;
  readonly end: number;
}

/**
 * What a Range header asks for of `size` bytes: one span; `undefined` for all of them, where there is no range or one this server does not serve
 * (several spans, another unit, nonsense: RFC 9110, 14.2, lets it be ignored); UNSATISFIABLE for a span that has no byte.
 */
export function requestedSpan(header: string | undefined, size: number): ByteSpan | 'UNSATISFIABLE' | undefined {
  const { first = '', last = '' } =
    /^bytes=(?<first>\d{0,15})-(?<last>\d{0,15})$/i.exec(header?.trim() ?? '')?.groups ?? {};
  if (first === '' && last === '') return undefined;
  if (first === '') {
    const length = Math.min(Number(last), size);
    return length === 0 ? 'UNSATISFIABLE' : { start: size - length, end: size };
  }
  const start = Number(first);
  if (last !== '' && Number(last) < start) return undefined;
  if (start >= size) return 'UNSATISFIABLE';
  return { start, end: last === '' ? size : Math.min(Number(last) + 1, size) };
}
