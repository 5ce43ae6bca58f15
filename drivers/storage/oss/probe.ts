import { DriverError } from '../../../base/errors.ts';
import type { ObjectStore, VaultLocation } from '../contract.ts';
import { badSetting } from './settings.ts';

/** The same each time: what a probe that was cut short has left goes with the next one. */
const KEY = 'probe/provision';

/**
 * Proves with the rights a gateway gets that put, get, list and delete work, and that an object is created only once: a
 * bucket whose versioning the target's key may not see shows it here.
 */
export async function probe(store: ObjectStore, location: VaultLocation, signal: AbortSignal): Promise<void> {
  const body = Buffer.from(location.prefix);
  await store.put(KEY, body, signal);
  const again = await store.putIfAbsent(KEY, body, signal);
  const found = await store.get(KEY, undefined, signal);
  const listed = await Array.fromAsync(store.list({ prefix: KEY }, signal));
  await store.delete([KEY], signal);
  if (again !== 'exists')
    throw badSetting(
      'bucket',
      `names ${location.bucket}, which lets an object be created twice, as with versioning`,
      'Use a bucket without versioning: with it two writers could overwrite each other’s objects.',
    );
  if (Buffer.compare(found, body) === 0 && listed.length === 1) return;
  throw new DriverError({
    kind: 'permanent',
    code: 'CORRUPT',
    message: `The bucket ${location.bucket} did not give back what was written to it.`,
    remedy: 'Check that the endpoint is Alibaba Cloud OSS and not something else.',
  });
}
