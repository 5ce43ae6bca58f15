import type { ObjectStore } from '../drivers/storage/contract.ts';
import { CONDEMNED_PREFIX, openCondemnedList } from './condemned.ts';
import { INDEX_PREFIX, openIndexSegment } from './index-segment.ts';
import type { VaultKeys } from './keys/epochs.ts';
import type { LocalIndex } from './local-index.ts';
import { readPackContents } from './pack-reader.ts';

/**
 * Brings the local index up to what the vault holds: condemned lists first, then index segments. What cannot be done by
 * adding (a list or segment went away, a new condemned list, a segment that supersedes others) starts from nothing.
 */
export async function loadIndex(
  store: ObjectStore,
  keys: VaultKeys,
  index: LocalIndex,
  signal: AbortSignal,
): Promise<{ readonly loaded: number; readonly rebuilt: boolean }> {
  const known = index.lists();
  const condemned = await keysUnder(store, CONDEMNED_PREFIX, signal);
  const segments = await keysUnder(store, INDEX_PREFIX, signal);
  const stored = new Set([...condemned, ...segments]);
  const vanished = [...known].some((key) => !stored.has(key));
  const newlyCondemned = condemned.some((key) => !known.has(key));
  const rebuilt = known.size > 0 && (vanished || newlyCondemned);
  if (rebuilt) index.clear();
  const loaded = await addAll(rebuilt ? new Set() : known);
  if (loaded !== 'superseding') return { loaded, rebuilt };
  const superseded = await supersededSegments();
  index.clear();
  const reloaded = await addAll(new Set(), superseded);
  return { loaded: reloaded === 'superseding' ? 0 : reloaded, rebuilt: known.size > 0 };

  /** Without `superseded` it is not known yet what is, and the first segment that supersedes others ends this. */
  async function addAll(
    present: ReadonlySet<string>,
    superseded?: ReadonlySet<string>,
  ): Promise<number | 'superseding'> {
    for (const key of condemned)
      if (!present.has(key))
        index.addCondemned(key, openCondemnedList(keys, key, await store.get(key, undefined, signal)).packs);
    let count = 0;
    for (const key of segments) {
      if (present.has(key)) continue;
      const segment = openIndexSegment(keys, key, await store.get(key, undefined, signal));
      if (!superseded && segment.supersedes.length > 0) return 'superseding';
      // A superseded segment is noted as loaded, but what it says is not taken over.
      index.addSegment(key, superseded?.has(key) ? { packs: [] } : segment);
      count++;
    }
    return count;
  }

  async function supersededSegments(): Promise<Set<string>> {
    const superseded = new Set<string>();
    for (const key of segments)
      for (const id of openIndexSegment(keys, key, await store.get(key, undefined, signal)).supersedes)
        superseded.add(INDEX_PREFIX + id);
    return superseded;
  }
}

/** Adds every stored pack that no segment names, from its own trailer. For vaults that lost index segments. */
export async function addUnindexedPacks(
  store: ObjectStore,
  keys: VaultKeys,
  index: LocalIndex,
  signal: AbortSignal,
): Promise<number> {
  let added = 0;
  for await (const { key } of store.list({ prefix: 'packs/' }, signal)) {
    const packId = key.slice(key.lastIndexOf('/') + 1);
    if (index.hasPack(packId)) continue;
    index.addPack(await readPackContents(store, keys, packId, signal));
    added++;
  }
  return added;
}

async function keysUnder(store: ObjectStore, prefix: string, signal: AbortSignal): Promise<string[]> {
  return (await Array.fromAsync(store.list({ prefix }, signal))).map((info) => info.key);
}
