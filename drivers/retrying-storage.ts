import { DriverError } from '../base/errors.ts';
import { PacedWaits } from './paced-waits.ts';
import { type RetryOptions, retrying } from './retrying.ts';
import type { ObjectStore, StorageDriver } from './storage/contract.ts';

/** A storage driver whose operations are tried again after transient errors. Keeps every promise of the contract. */
export function retryingStorage(driver: StorageDriver, options: RetryOptions): StorageDriver {
  const ofStore = driver.watchesProgress ? { ...options, tryWithinMs: Number.POSITIVE_INFINITY } : options;
  return {
    name: driver.name,
    ...(driver.watchesProgress !== undefined && { watchesProgress: driver.watchesProgress }),
    ...(driver.pacesUploads !== undefined && { pacesUploads: driver.pacesUploads }),
    parseTarget: (settings) => driver.parseTarget(settings),
    ...(driver.locate && { locate: driver.locate.bind(driver) }),
    ...(driver.ownEndpoint && { ownEndpoint: driver.ownEndpoint.bind(driver) }),
    ...(driver.serverOf && { serverOf: driver.serverOf.bind(driver) }),
    provision: (target, location, signal) =>
      retrying(`${driver.name} provision`, options, signal, (_try, limited) =>
        driver.provision(target, location, limited),
      ),
    issueCredentials: (target, location, access, signal) =>
      retrying(`${driver.name} issueCredentials`, options, signal, (_try, limited) =>
        driver.issueCredentials(target, location, access, limited),
      ),
    open: (open) => {
      const excused = open.pace && new PacedWaits(options.clock);
      const retries = { ...ofStore, ...(excused && { excusedMs: (signal: AbortSignal) => excused.spent(signal) }) };
      return retryingStore(
        driver.open({
          ...open,
          ...(open.pace && excused && { pace: excused.counting(open.pace) }),
          step: (what, signal, work) => retrying(what, retries, signal, (_try, limited) => work(limited)),
        }),
        retries,
      );
    },
  };
}

export function retryingStore(store: ObjectStore, options: RetryOptions): ObjectStore {
  return {
    put: (key, body, signal) =>
      retrying(`put ${key}`, options, signal, (_try, limited) => store.put(key, body, limited)),
    putFile: (key, path, signal) =>
      retrying(`put ${key}`, options, signal, (_try, limited) => store.putFile(key, path, limited)),
    get: (key, range, signal) =>
      retrying(`get ${key}`, options, signal, async (_try, limited) => {
        const bytes = await store.get(key, range, limited);
        if (range?.end !== undefined && bytes.length !== range.end - range.start) throw shortBody(key);
        return bytes;
      }),
    head: (key, signal) => retrying(`head ${key}`, options, signal, (_try, limited) => store.head(key, limited)),
    delete: (keys, signal) => retrying('delete', options, signal, (_try, limited) => store.delete(keys, limited)),
    putIfAbsent: (key, body, signal) =>
      retrying(`put ${key}`, options, signal, async (attempt, limited) => {
        const result = await store.putIfAbsent(key, body, limited);
        if (result === 'created' || attempt === 1) return result;
        // An earlier try may have arrived although it failed here: then the object holds these very bytes.
        const found = await store.get(key, undefined, limited);
        return Buffer.compare(found, body) === 0 ? 'created' : 'exists';
      }),
    list: (range, signal) => listAgain(store, range, signal, options),
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}

/** Goes on after the last key that was given out. */
async function* listAgain(
  store: ObjectStore,
  range: { readonly prefix: string; readonly after?: string },
  signal: AbortSignal,
  options: RetryOptions,
): ReturnType<ObjectStore['list']> extends AsyncIterable<infer Info> ? AsyncGenerator<Info> : never {
  let after = range.after;
  let turn = new AbortController();
  const open = () => {
    turn = new AbortController();
    const limits = { prefix: range.prefix, ...(after !== undefined && { after }) };
    return store.list(limits, AbortSignal.any([signal, turn.signal]))[Symbol.asyncIterator]();
  };
  let page = open();
  while (true) {
    const next = await retrying(`list ${range.prefix}`, options, signal, (attempt) => {
      if (attempt > 1) {
        turn.abort(new Error('the list is begun again'));
        page = open();
      }
      return page.next();
    });
    if (next.done) return;
    after = next.value.key;
    yield next.value;
  }
}

/** A driver that gives too few bytes breaks its contract; a reader would take them for damage in the vault. */
const shortBody = (key: string) =>
  new DriverError({
    kind: 'transient',
    code: 'SHORT_BODY',
    message: `The object ${key} ended before the range that was asked for.`,
    remedy: 'Try again; if it stays so, verify the vault.',
  });
