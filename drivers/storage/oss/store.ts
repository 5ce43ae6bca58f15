import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { Clock } from '../../../base/clock.ts';
import { DriverError } from '../../../base/errors.ts';
import type { ByteRange, ObjectInfo, ObjectStore, OpenStoreOptions } from '../contract.ts';
import { checkKey } from '../keys.ts';
import { requireSentIntact } from './checksum.ts';
import { OssClient } from './client.ts';
import { Connections } from './connections.ts';
import { Crc64 } from './crc64.ts';
import { deleteObjects } from './delete-objects.ts';
import { getObject } from './get-object.ts';
import type { OssLimits } from './limits.ts';
import { listObjects } from './list-objects.ts';
import { placeOf } from './location.ts';
import { PartUploads } from './part-uploads.ts';
import { bytesBody, fileBody, type RequestBody } from './request-body.ts';
import { ServerClock } from './server-clock.ts';
import { Session } from './session.ts';

/** A vault's prefix in a bucket. */
export class OssObjectStore implements ObjectStore {
  readonly #connections: Connections;
  readonly #session: Session;
  readonly #client: OssClient;
  readonly #parts: PartUploads;
  readonly #limits: OssLimits;
  readonly #prefix: string;

  constructor(options: OpenStoreOptions, tools: { readonly clock: Clock; readonly limits: OssLimits }) {
    const { clock, limits } = tools;
    const place = placeOf(options.location, options.endpoint ?? { scheme: 'https', network: 'INTERNET' });
    const serverClock = new ServerClock(clock);
    this.#limits = limits;
    this.#prefix = place.prefix;
    this.#connections = new Connections({ ...place, clock, limits });
    this.#session = new Session(options.credentials, serverClock);
    this.#client = new OssClient({
      connections: this.#connections,
      place,
      session: this.#session,
      clock: serverClock,
      pace: options.pace,
    });
    this.#parts = new PartUploads({ client: this.#client, clock, limits, ...(options.step && { step: options.step }) });
  }

  async put(key: string, body: Uint8Array, signal: AbortSignal): Promise<void> {
    await this.#put(key, bytesBody(body), {}, signal);
  }

  async putFile(key: string, path: string, signal: AbortSignal): Promise<void> {
    const object = this.#objectOf(key);
    signal.throwIfAborted();
    try {
      await using file = await open(path, 'r');
      const { size } = await file.stat();
      if (size <= this.#limits.partSize) await this.#put(key, fileBody(file, 0, size), {}, signal);
      else await this.#parts.upload(object, file, size, signal);
    } catch (error) {
      throw signal.aborted ? signal.reason : localFileError(error, key);
    }
  }

  async putIfAbsent(key: string, body: Uint8Array, signal: AbortSignal): Promise<'created' | 'exists'> {
    const isNew = await this.#put(key, bytesBody(body), { 'x-oss-forbid-overwrite': 'true' }, signal);
    return isNew ? 'created' : 'exists';
  }

  async get(key: string, range: ByteRange | undefined, signal: AbortSignal): Promise<Uint8Array> {
    return getObject(this.#client, { key, object: this.#objectOf(key) }, range, signal);
  }

  async head(key: string, signal: AbortSignal): Promise<ObjectInfo | undefined> {
    const object = this.#objectOf(key);
    const result = await this.#client.tryCall({
      what: `The object ${key}`,
      method: 'HEAD',
      object,
      expected: ['NoSuchKey'],
      signal,
    });
    if (!result.ok) return undefined;
    const { headers } = result.answer;
    const size = Number(headers['content-length'] ?? Number.NaN);
    const time = Date.parse(headers['last-modified'] ?? '');
    if (Number.isSafeInteger(size) && !Number.isNaN(time))
      return { key, size, modifiedAt: new Date(time).toISOString() };
    throw new DriverError({
      kind: 'transient',
      code: 'SHORT_BODY',
      message: `What was told of the object ${key} lacks its size or its time.`,
      remedy: 'Try again; if it stays so, check proxies on the way to the object storage.',
    });
  }

  list(options: { readonly prefix: string; readonly after?: string }, signal: AbortSignal): AsyncIterable<ObjectInfo> {
    return listObjects(this.#client, { root: this.#prefix, pageSize: this.#limits.listPage }, options, signal);
  }

  async delete(keys: readonly string[], signal: AbortSignal): Promise<void> {
    await deleteObjects(
      this.#client,
      keys.map((key) => this.#objectOf(key)),
      signal,
    );
  }

  /** Waits for uploads that were given up to be removed, for as long as they may take. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#parts[Symbol.asyncDispose]();
    this.#session[Symbol.dispose]();
    this.#connections[Symbol.dispose]();
  }

  /** False: there is such an object already, and overwriting was forbidden. */
  async #put(
    key: string,
    body: RequestBody,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<boolean> {
    const object = this.#objectOf(key);
    signal.throwIfAborted();
    const md5 = await md5Of(body);
    let sent = new Crc64();
    const result = await this.#client.tryCall({
      what: `The object ${key}`,
      method: 'PUT',
      object,
      headers: { 'content-type': 'application/octet-stream', 'content-md5': md5, ...headers },
      body,
      onSending() {
        sent = new Crc64();
        return (piece) => sent.update(piece);
      },
      expected: ['FileAlreadyExists'],
      signal,
    });
    if (!result.ok) return false;
    requireSentIntact(`The object ${key}`, sent, result.answer);
    return true;
  }

  #objectOf(key: string): string {
    checkKey(key);
    return this.#prefix + key;
  }
}

/**
 * Makes OSS refuse damaged bytes before they become the object: the checksum of the answer comes when others see it
 * already, and who wrote it may be dead by then.
 */
async function md5Of(body: RequestBody): Promise<string> {
  const hash = createHash('md5');
  for await (const piece of body.pieces()) hash.update(piece);
  return hash.digest('base64');
}

/** The caller's file, not the vault's: nothing that trying again would mend. */
function localFileError(error: unknown, key: string): unknown {
  if (!(error instanceof Error) || !('syscall' in error) || !('code' in error)) return error;
  return new DriverError(
    {
      kind: 'permanent',
      code: error.code === 'ENOENT' ? 'NOT_FOUND' : 'UNREACHABLE',
      message: `The local file for the object ${key} could not be read (${String(error.code)}).`,
      remedy: 'Check the disk of the gateway’s state directory.',
    },
    { cause: error },
  );
}
