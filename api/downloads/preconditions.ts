import type { IncomingHttpHeaders } from 'node:http';

/** What a client that has something already compares with. */
export interface Validators {
  /** Strong, in quotes. */
  readonly etag: string;
  readonly modifiedAt: Date;
}

/**
 * Whether a range may be answered with a part: without If-Range, or when it names exactly this content. Otherwise the client has the beginning of
 * something else and gets everything (RFC 9110, 13.1.5).
 */
export function rangeApplies(headers: IncomingHttpHeaders, { etag, modifiedAt }: Validators): boolean {
  const condition = headers['if-range'];
  if (typeof condition !== 'string') return true;
  if (condition.includes('"')) return condition.trim() === etag;
  return Date.parse(condition) === wholeSeconds(modifiedAt);
}

/** 412: the client wants another content than this one. 304: it has this one. */
export function preconditionStatus(
  headers: IncomingHttpHeaders,
  { etag, modifiedAt }: Validators,
): 304 | 412 | undefined {
  const ifMatch = headers['if-match'];
  if (ifMatch !== undefined && !names(ifMatch, etag)) return 412;
  const unmodified = headers['if-unmodified-since'];
  if (ifMatch === undefined && unmodified !== undefined && wholeSeconds(modifiedAt) > Date.parse(unmodified))
    return 412;
  const ifNoneMatch = headers['if-none-match'];
  if (ifNoneMatch !== undefined) return names(ifNoneMatch, etag) ? 304 : undefined;
  const modified = headers['if-modified-since'];
  return modified !== undefined && wholeSeconds(modifiedAt) <= Date.parse(modified) ? 304 : undefined;
}

function names(condition: string, etag: string): boolean {
  return condition.split(',').some((entry) => ['*', etag, `W/${etag}`].includes(entry.trim()));
}

/** HTTP's dates have no milliseconds. */
function wholeSeconds(date: Date): number {
  return Math.floor(date.getTime() / 1000) * 1000;
}
