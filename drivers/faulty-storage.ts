import { abortable } from '../base/abort.ts';
import type { Clock } from '../base/clock.ts';
import { DriverError, type DriverErrorKind } from '../base/errors.ts';
import type { FaultPlan } from '../base/fault-plan.ts';
import type { FaultEffect } from '../base/faults.ts';
import type { ObjectStore, StorageDriver } from './storage/contract.ts';

/**
 * A storage driver to which planned faults happen (base/faults.ts). Operations are `storage.put`, `storage.putFile`, `storage.putIfAbsent`,
 * `storage.get`, `storage.head`, `storage.list`, `storage.delete` with the key (or its prefix) as their subject, and `storage.provision` and
 * `storage.issueCredentials` with the vault's prefix.
 *
 * `error`: a DriverError with that code of the contract. `stall`: no answer before the signal's. `truncate`: `get` gives too few bytes without
 * an error, as only a broken driver does. `close`: UNREACHABLE, before or after the work was done. `kill`: the process dies.
 */
export function faultyStorage(driver: StorageDriver, options: FaultyStorageOptions): StorageDriver {
  return {
    name: driver.name,
    parseTarget: (settings) => driver.parseTarget(settings),
    ...(driver.locate && { locate: driver.locate.bind(driver) }),
    ...(driver.ownEndpoint && { ownEndpoint: driver.ownEndpoint.bind(driver) }),
    ...(driver.serverOf && { serverOf: driver.serverOf.bind(driver) }),
    // A planned stall is outside the driver, which cannot see it.
    ...(driver.watchesProgress !== undefined && { watchesProgress: false }),
    ...(driver.pacesUploads !== undefined && { pacesUploads: driver.pacesUploads }),
    provision: (target, location, signal) =>
      troubled(options, 'provision', location.prefix, signal, () => driver.provision(target, location, signal)),
    issueCredentials: (target, location, access, signal) =>
      troubled(options, 'issueCredentials', location.prefix, signal, () =>
        driver.issueCredentials(target, location, access, signal),
      ),
    open: (open) => faultyStore(driver.open(open), options),
  };
}

export interface FaultyStorageOptions {
  readonly faults: FaultPlan;
  readonly clock: Clock;
}

export function faultyStore(store: ObjectStore, options: FaultyStorageOptions): ObjectStore {
  return {
    put: (key, body, signal) => troubled(options, 'put', key, signal, () => store.put(key, body, signal)),
    putFile: (key, path, signal) => troubled(options, 'putFile', key, signal, () => store.putFile(key, path, signal)),
    putIfAbsent: (key, body, signal) =>
      troubled(options, 'putIfAbsent', key, signal, () => store.putIfAbsent(key, body, signal)),
    get: (key, range, signal) =>
      troubled(options, 'get', key, signal, async (truncation) => {
        const bytes = await store.get(key, range, signal);
        // A copy of its own memory, as the contract's readers expect.
        return truncation ? bytes.slice(0, truncation.afterBytes ?? Math.floor(bytes.length / 2)) : bytes;
      }),
    head: (key, signal) => troubled(options, 'head', key, signal, () => store.head(key, signal)),
    async *list(range, signal) {
      await troubled(options, 'list', range.prefix, signal, async () => undefined);
      yield* store.list(range, signal);
    },
    delete: (keys, signal) => troubled(options, 'delete', keys[0] ?? '', signal, () => store.delete(keys, signal)),
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}

type Truncation = Extract<FaultEffect, { readonly kind: 'truncate' }>;

async function troubled<T>(
  { faults, clock }: FaultyStorageOptions,
  operation: string,
  subject: string,
  signal: AbortSignal,
  work: (truncation?: Truncation) => Promise<T>,
): Promise<T> {
  const effect = faults.take(`storage.${operation}`, subject, ({ kind }) => kind !== 'truncate' || operation === 'get');
  switch (effect?.kind) {
    case undefined:
      return await work();
    case 'delay':
      await clock.sleep(effect.ms, signal);
      return await work();
    case 'truncate':
      return await work(effect);
    case 'stall':
      return await abortable(new Promise<never>(() => undefined), signal);
    case 'close':
      if (effect.afterwards) await work();
      throw planned('UNREACHABLE', `The connection was cut at ${operation} ${subject}.`);
    case 'error':
      throw planned(effect.code, effect.message ?? `A planned ${effect.code} at ${operation} ${subject}.`);
    default:
      process.kill(process.pid, 'SIGKILL');
      return await new Promise<never>(() => undefined);
  }
}

/** The contract's codes that are not transient. */
const kinds: Readonly<Record<string, DriverErrorKind>> = {
  NOT_FOUND: 'permanent',
  CORRUPT: 'permanent',
  ACCESS_DENIED: 'needsPerson',
  CREDENTIALS_EXPIRED: 'needsPerson',
  NO_SPACE: 'needsPerson',
  BAD_CONFIGURATION: 'needsPerson',
};

function planned(code: string, message: string): DriverError {
  return new DriverError({
    kind: kinds[code] ?? 'transient',
    code,
    message,
    remedy: 'This fault was planned by a test: take it out of the plan.',
  });
}
