import type { FileHandle } from 'node:fs/promises';
import { withDeadline } from '../../../base/abort.ts';
import type { Clock } from '../../../base/clock.ts';
import { DriverError } from '../../../base/errors.ts';
import type { OpenStoreOptions } from '../contract.ts';
import { checksumOf, requireSame, requireSentIntact } from './checksum.ts';
import type { OssClient } from './client.ts';
import { Crc64, combineCrc64 } from './crc64.ts';
import type { OssLimits } from './limits.ts';
import { bytesBody, fileBody } from './request-body.ts';
import { childText, parseXml } from './xml.ts';

interface Part {
  readonly number: number;
  readonly start: number;
  readonly length: number;
}

interface SentPart extends Part {
  readonly etag: string;
  readonly crc: string;
}

/**
 * Multipart uploads of one store. Each request is a step the caller may repeat alone, so a lost part does not cost the
 * file; a part is read from the file as it is sent, so an upload takes a few pieces of memory and not its parts. What
 * is given up is removed from the bucket beside the work, within its own time and whatever became of the caller's
 * signal, for OSS bills parts nobody completes.
 */
export class PartUploads implements AsyncDisposable {
  readonly #client: OssClient;
  readonly #clock: Clock;
  readonly #limits: OssLimits;
  readonly #step: NonNullable<OpenStoreOptions['step']>;
  readonly #cleanUps = new Set<Promise<void>>();

  constructor(options: {
    readonly client: OssClient;
    readonly clock: Clock;
    readonly limits: OssLimits;
    readonly step?: OpenStoreOptions['step'];
  }) {
    this.#client = options.client;
    this.#clock = options.clock;
    this.#limits = options.limits;
    this.#step = options.step ?? ((_what, signal, work) => work(signal));
  }

  async upload(object: string, file: FileHandle, size: number, signal: AbortSignal): Promise<void> {
    const uploadId = await this.#step('begin an upload', signal, (inner) => this.#begin(object, inner));
    try {
      const parts = await this.#sendAll(object, uploadId, file, partsOf(size, this.#limits.partSize), signal);
      const crc = parts.reduce((whole, part) => combineCrc64(whole, part.crc, part.length), '0');
      await this.#step('complete an upload', signal, (inner) =>
        this.#complete(object, uploadId, parts, { size, crc }, inner),
      );
    } catch (error) {
      this.#giveUp(object, uploadId);
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#cleanUps);
  }

  async #begin(object: string, signal: AbortSignal): Promise<string> {
    const { body } = await this.#client.call({
      what: 'An upload in parts',
      method: 'POST',
      object,
      query: { uploads: null },
      headers: { 'content-type': 'application/octet-stream' },
      signal,
    });
    const uploadId = childText(parseXml(body), 'UploadId');
    if (uploadId) return uploadId;
    throw incomplete('The beginning of an upload');
  }

  /** The first failure stops the other parts, and is thrown when all have stopped: none reads the file any more. */
  async #sendAll(
    object: string,
    uploadId: string,
    file: FileHandle,
    parts: readonly Part[],
    outer: AbortSignal,
  ): Promise<readonly SentPart[]> {
    const failure = new AbortController();
    const signal = AbortSignal.any([outer, failure.signal]);
    const sent: SentPart[] = [];
    const queue = parts.values();
    const sender = async () => {
      try {
        for (const part of queue)
          sent[part.number - 1] = await this.#step(`put part ${part.number}`, signal, (inner) =>
            this.#send(object, uploadId, file, part, inner),
          );
      } catch (error) {
        failure.abort(error);
      }
    };
    await Promise.all(Array.from({ length: this.#limits.partsAtOnce }, sender));
    signal.throwIfAborted();
    return sent;
  }

  async #send(object: string, uploadId: string, file: FileHandle, part: Part, signal: AbortSignal): Promise<SentPart> {
    const what = `Part ${part.number} of an upload`;
    let crc = new Crc64();
    const answer = await this.#client.call({
      what,
      method: 'PUT',
      object,
      query: { partNumber: String(part.number), uploadId },
      headers: { 'content-type': 'application/octet-stream' },
      body: fileBody(file, part.start, part.length),
      onSending() {
        crc = new Crc64();
        return (piece) => crc.update(piece);
      },
      signal,
    });
    requireSentIntact(what, crc, answer);
    const { etag } = answer.headers;
    if (etag === undefined) throw incomplete(`The answer to part ${part.number} of an upload`);
    return { ...part, etag, crc: crc.digest() };
  }

  async #complete(
    object: string,
    uploadId: string,
    parts: readonly SentPart[],
    { size, crc }: { readonly size: number; readonly crc: string },
    signal: AbortSignal,
  ): Promise<void> {
    const list = parts.map(
      ({ number, etag }) =>
        `<Part><PartNumber>${number}</PartNumber><ETag>${etag.replaceAll('"', '&quot;')}</ETag></Part>`,
    );
    const document = `<CompleteMultipartUpload>${list.join('')}</CompleteMultipartUpload>`;
    const what = 'The end of an upload';
    const result = await this.#client.tryCall({
      what,
      method: 'POST',
      object,
      query: { uploadId },
      headers: { 'content-type': 'application/xml' },
      body: bytesBody(Buffer.from(document)),
      expected: ['NoSuchUpload'],
      signal,
    });
    if (result.ok) return requireSame(what, crc, checksumOf(result.answer.headers));
    // An earlier try may have arrived although its answer was lost: then the object is there, and is this one.
    const found = await this.#client.tryCall({ what, method: 'HEAD', object, expected: ['NoSuchKey'], signal });
    const headers = found.ok ? found.answer.headers : {};
    if (headers['content-length'] === String(size) && checksumOf(headers) === crc) return;
    throw incomplete(what);
  }

  #giveUp(object: string, uploadId: string): void {
    const cleanUp = withDeadline(
      { clock: this.#clock, ms: this.#limits.cleanUpMs, what: 'Removing an upload' },
      async (signal) => {
        await this.#client.tryCall({
          what: 'Removing an upload',
          method: 'DELETE',
          object,
          query: { uploadId },
          expected: ['NoSuchUpload'],
          signal,
        });
      },
    )
      // Left over, it is what the bucket's lifecycle rule for parts is for.
      .catch(() => undefined)
      .finally(() => this.#cleanUps.delete(cleanUp));
    this.#cleanUps.add(cleanUp);
  }
}

function partsOf(size: number, partSize: number): readonly Part[] {
  return Array.from({ length: Math.ceil(size / partSize) }, (_, index) => ({
    number: index + 1,
    start: index * partSize,
    length: Math.min(partSize, size - index * partSize),
  }));
}

/** Transient, so that the whole upload is begun again. */
function incomplete(what: string): DriverError {
  return new DriverError({
    kind: 'transient',
    code: 'SHORT_BODY',
    message: `${what} came back incomplete.`,
    remedy: 'Try again; if it stays so, check that the endpoint is Alibaba Cloud OSS.',
  });
}
