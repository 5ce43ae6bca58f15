import { stat } from 'node:fs/promises';
import { DriverError } from '../../base/errors.ts';
import type { ByteRange, ObjectStore, StorageDriver, UploadPace } from '../../drivers/storage/contract.ts';

/** Holds traffic back to a limit that may begin, change and end at any time, and that others share. */
export interface TrafficPace {
  readonly isLimited: boolean;
  /** How many bytes are worth being asked for together; Infinity without a limit. */
  readonly pieceBytes: number;
  /** Of those who wait the lowest rank is served first: one for a whole transfer lets it end before later ones. */
  nextRank(): number;
  /** Resolves when `bytes` may travel; undefined: at once. Rejects with the signal's reason. */
  take(bytes: number, rank: number, signal: AbortSignal): Promise<void> | undefined;
  /** Bytes whose number was not known before: the next ones wait the longer. */
  charge(bytes: number): void;
}

/**
 * Opens a driver's stores so that they keep to a pace, both ways. Keeps every promise of the contract. It belongs around the retrying decorator: what waits for its turn
 * is not tried again.
 *
 * A driver that `pacesUploads` holds back each piece of a body itself, and sends an object as evenly as the limit is. For others an object is let go
 * when all of it may travel. Downloads are asked for in pieces of a tenth of a second, so that no buffer on the way fills at full speed; for
 * an object whose size nobody knows before, the next ones pay the price.
 */
export function pacedStorage(driver: StorageDriver, pace: TrafficPace): Pick<StorageDriver, 'open'> {
  return {
    open: (options) => {
      const uploads: UploadPace = {
        get isLimited() {
          return pace.isLimited;
        },
        take: (bytes, signal) => pace.take(bytes, pace.nextRank(), signal),
      };
      const store = driver.open({ ...options, ...(driver.pacesUploads && { pace: uploads }) });
      return pacedStore(store, pace, driver.pacesUploads === true);
    },
  };
}

function pacedStore(store: ObjectStore, pace: TrafficPace, pacesUploads: boolean): ObjectStore {
  const upload = async (bytes: number, signal: AbortSignal) => {
    if (!pacesUploads) await takeAll(pace, bytes, signal);
  };
  return {
    async put(key, body, signal) {
      await upload(body.length, signal);
      await store.put(key, body, signal);
    },
    async putFile(key, path, signal) {
      if (!pacesUploads && pace.isLimited) await takeAll(pace, await sizeOf(path, key), signal);
      await store.putFile(key, path, signal);
    },
    async putIfAbsent(key, body, signal) {
      await upload(body.length, signal);
      return await store.putIfAbsent(key, body, signal);
    },
    async get(key, range, signal) {
      if (!pace.isLimited) return await store.get(key, range, signal);
      const { start, end } = range ?? { start: -1 };
      if (start >= 0 && end !== undefined) return await getInPieces(store, pace, key, { start, end }, signal);
      // Once those before it are paid for, or many in a row would go at full speed.
      await pace.take(0, pace.nextRank(), signal);
      const bytes = await store.get(key, range, signal);
      pace.charge(bytes.length);
      return bytes;
    },
    head: (key, signal) => store.head(key, signal),
    list: (options, signal) => store.list(options, signal),
    delete: (keys, signal) => store.delete(keys, signal),
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}

async function takeAll(pace: TrafficPace, bytes: number, signal: AbortSignal): Promise<void> {
  const rank = pace.nextRank();
  for (let done = 0; done < bytes && pace.isLimited; ) {
    const piece = Math.min(pace.pieceBytes, bytes - done);
    await pace.take(piece, rank, signal);
    done += piece;
  }
}

async function getInPieces(
  store: ObjectStore,
  pace: TrafficPace,
  key: string,
  { start, end }: Required<ByteRange>,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const rank = pace.nextRank();
  if (end - start <= pace.pieceBytes) {
    await pace.take(end - start, rank, signal);
    return await store.get(key, { start, end }, signal);
  }
  const body = new Uint8Array(end - start);
  for (let at = start; at < end; ) {
    const to = Math.min(end, at + pace.pieceBytes);
    await pace.take(to - at, rank, signal);
    body.set(await store.get(key, { start: at, end: to }, signal), at - start);
    at = to;
  }
  return body;
}

async function sizeOf(path: string, key: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    throw new DriverError(
      {
        kind: 'permanent',
        code: 'NOT_FOUND',
        message: `The local file for the object ${key} could not be read.`,
        remedy: 'Check the disk of the gateway’s state directory.',
      },
      { cause: error },
    );
  }
}
