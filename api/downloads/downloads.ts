import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type ErrorDetails, errorDetails } from '../../base/errors.ts';
import type { Logger } from '../../base/logger.ts';
import type { ControlContext } from '../../control/context.ts';
import { type Download, openDownload } from '../../control/downloads/open-download.ts';
import { type ByteSpan, requestedSpan } from './byte-range.ts';
import { preconditionStatus, rangeApplies } from './preconditions.ts';

/** `/downloads/<token>/<a name to save under>`. */
export const downloadsPath = '/downloads/';

export type DownloadHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/**
 * Gives out what signed links name: whole or from where a broken download ended (Range, If-Range), as fast as the client takes it, and not longer than it
 * is there. The URL is a secret: nothing here logs it.
 */
export function createDownloads(control: ControlContext, logger: Logger): DownloadHandler {
  return async (request, response) => {
    const requestId = control.ids.uuid();
    response.setHeader('x-request-id', requestId);
    response.setHeader('cache-control', 'no-store');
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('allow', 'GET, HEAD');
      return refuse(response, 405, methodNotAllowed);
    }
    let download: Download;
    try {
      download = await openDownload(control, tokenOf(request.url ?? ''));
    } catch (error) {
      const details = errorDetails(error, unexpected);
      const { code } = details;
      if (details === unexpected) logger.error({ err: error, requestId }, 'a download could not be opened');
      else logger.info({ code, requestId }, 'a download was refused');
      return refuse(response, statusOf(details), details);
    }
    await using opened = download;
    const { kind, accessKeyId } = opened;
    const sent = await send(request, response, opened);
    logger.info({ download: kind, accessKeyId, requestId, ...sent }, 'a download was answered');
  };
}

function tokenOf(url: string): string {
  return url.slice(downloadsPath.length).split(/[/?#]/, 1)[0] ?? '';
}

interface Sent {
  readonly status: number;
  readonly bytes: number;
  /** Whether the client got all it asked for. */
  readonly complete: boolean;
}

async function send(request: IncomingMessage, response: ServerResponse, download: Download): Promise<Sent> {
  const { sizeBytes, modifiedAt, sha256 } = download;
  const etag = `"${sha256}"`;
  const digest = Buffer.from(sha256, 'hex').toString('base64');
  response.setHeader('accept-ranges', 'bytes');
  response.setHeader('etag', etag);
  response.setHeader('last-modified', modifiedAt.toUTCString());
  response.setHeader('repr-digest', `sha-256=:${digest}:`);
  if (download.kind === 'PACKAGE') response.setHeader('cache-control', 'private, no-cache, no-transform');

  const failed = preconditionStatus(request.headers, { etag, modifiedAt });
  if (failed !== undefined) return end(response, failed);
  const isRange = request.method === 'GET' && rangeApplies(request.headers, { etag, modifiedAt });
  const span = isRange ? requestedSpan(request.headers.range, sizeBytes) : undefined;
  if (span === 'UNSATISFIABLE') {
    response.setHeader('content-range', `bytes */${sizeBytes}`);
    return end(response, 416);
  }
  const { start, end: before } = span ?? { start: 0, end: sizeBytes };
  response.setHeader('content-type', 'application/octet-stream');
  response.setHeader('content-disposition', `attachment; filename="${download.fileName}"`);
  response.setHeader('content-length', before - start);
  if (span) response.setHeader('content-range', `bytes ${start}-${before - 1}/${sizeBytes}`);
  response.writeHead(span ? 206 : 200);
  if (request.method === 'HEAD') {
    response.end();
    return { status: 200, bytes: 0, complete: true };
  }
  return stream(download.read(start, before), { start, end: before }, response);
}

/** The pipeline waits for the client, and ends with it. */
async function stream(source: Readable, { start, end: before }: ByteSpan, response: ServerResponse): Promise<Sent> {
  const status = response.statusCode;
  let bytes = 0;
  const exactly = async function* (chunks: AsyncIterable<Buffer>) {
    for await (const chunk of chunks) {
      bytes += chunk.byteLength;
      yield chunk;
    }
    // A file that was cut under the reader: the client must not take this for the end.
    if (bytes !== before - start) throw new Error('the file has become shorter');
  };
  try {
    await pipeline(source, exactly, response);
    return { status, bytes, complete: true };
  } catch {
    response.destroy();
    return { status, bytes, complete: false };
  }
}

function end(response: ServerResponse, status: 304 | 412 | 416): Sent {
  response.writeHead(status).end();
  return { status, bytes: 0, complete: true };
}

function refuse(response: ServerResponse, status: number, error: ErrorDetails): void {
  const { code, message, remedy, retryable } = error;
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify({ error: { code, message, remedy, retryable } }));
}

const statuses: Readonly<Record<string, number>> = {
  LINK_INVALID: 403,
  LINK_REVOKED: 403,
  FORBIDDEN: 403,
  LINK_EXPIRED: 410,
  CERTIFICATE_VOIDED: 410,
  CERTIFICATE_USED: 410,
  CERTIFICATE_EXPIRED: 410,
  CERTIFICATE_NOT_KEPT: 410,
  NOT_FOUND: 404,
  PACKAGE_NOT_PUBLISHED: 404,
  PACKAGE_UNREADABLE: 503,
  PACKAGE_DAMAGED: 503,
};

function statusOf(error: ErrorDetails): number {
  return error === unexpected ? 500 : (statuses[error.code] ?? (error.retryable ? 503 : 409));
}

const unexpected: ErrorDetails = {
  code: 'INTERNAL_SERVER_ERROR',
  message: 'Something went wrong on the server.',
  remedy: 'Try again; if it happens again, give the operator the x-request-id of this answer.',
  retryable: true,
};

const methodNotAllowed: ErrorDetails = {
  code: 'METHOD_NOT_ALLOWED',
  message: 'A download link is read with GET or HEAD.',
  remedy: 'Use one of these methods.',
  retryable: false,
};
