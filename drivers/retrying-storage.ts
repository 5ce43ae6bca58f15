import { type RetryOptions, retrying } from './retrying.ts';
import type { ObjectStore, StorageDriver } from './storage/contract.ts';

/** A storage driver whose operations are tried again after transient errors. Keeps every promise of the contract. */
export function retryingStorage(driver: StorageDriver, options: RetryOptions): StorageDriver {
  return {
    name: driver.name,
    parseTarget: (settings) => driver.parseTarget(settings),
    ...(driver.locate && { locate: driver.locate.bind(driver) }),
    ...(driver.ownEndpoint && { ownEndpoint: driver.ownEndpoint.bind(driver) }),
    provision: (target, location, signal) =>
      retrying(`${driver.name} provision`, options, signal, () => driver.provision(target, location, signal)),
    issueCredentials: (target, location, access, signal) =>
      retrying(`${driver.name} issueCredentials`, options, signal, () =>
        driver.issueCredentials(target, location, access, signal),
      ),
    open: (open) =>
      retryingStore(
        driver.open({ ...open, step: (what, signal, work) => retrying(what, options, signal, work) }),
        options,
      ),
  };
}

export function retryingStore(store: ObjectStore, options: RetryOptions): ObjectStore {
  return {
    put: (key, body, signal) => retrying(`put ${key}`, options, signal, () => store.put(key, body, signal)),
    putFile: (key, path, signal) => retrying(`put ${key}`, options, signal, () => store.putFile(key, path, signal)),
    get: (key, range, signal) => retrying(`get ${key}`, options, signal, () => store.get(key, range, signal)),
    head: (key, signal) => retrying(`head ${key}`, options, signal, () => store.head(key, signal)),
    delete: (keys, signal) => retrying('delete', options, signal, () => store.delete(keys, signal)),
    putIfAbsent: (key, body, signal) =>
      retrying(`put ${key}`, options, signal, async (attempt) => {
        const result = await store.putIfAbsent(key, body, signal);
        if (result === 'created' || attempt === 1) return result;
        // An earlier try may have arrived although it failed here: then the object holds these very bytes.
        const found = await store.get(key, undefined, signal);
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
  const open = () =>
    store.list({ prefix: range.prefix, ...(after !== undefined && { after }) }, signal)[Symbol.asyncIterator]();
  let page = open();
  while (true) {
    const next = await retrying(`list ${range.prefix}`, options, signal, (attempt) => {
      if (attempt > 1) page = open();
      return page.next();
    });
    if (next.done) return;
    after = next.value.key;
    yield next.value;
  }
}
