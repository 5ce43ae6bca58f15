import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../base/clock.ts';
import { HoldfastError, isDriverError } from '../base/errors.ts';
import type { IdSource } from '../base/ids.ts';
import type { Logger } from '../base/logger.ts';
import type { ObjectStore } from '../drivers/storage/contract.ts';
import { blockLength, chunksOf, ENTRIES_PER_PAGE } from './block-map.ts';
import { BlockMapReader } from './block-map-reader.ts';
import { CheckedBlocks, checkBlockInPieces } from './check-block.ts';
import { CHUNK_KIND } from './chunk.ts';
import { ChunkHasher } from './chunk-hasher.ts';
import { chunkMissing } from './errors.ts';
import type { VaultKeys } from './keys/epochs.ts';
import type { LocalIndex } from './local-index.ts';
import { commitKey } from './manifest.ts';
import { packKey } from './pack-cipher.ts';
import { checkChunks, type PackContents, parsePack } from './pack-reader.ts';
import { openVault, type Vault } from './vault.ts';

export interface VerifyOptions {
  readonly store: ObjectStore;
  readonly keys: VaultKeys;
  /** Also reads every pack, checks every chunk, and puts every block in pieces together. */
  readonly readData: boolean;
  readonly signal: AbortSignal;
  /** For a fresh index, removed afterwards: verification never trusts the cache. */
  readonly workDirectory: string;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly logger: Logger;
}

export interface VerifyProblem {
  readonly code: string;
  /** An object key or a chunk's id. */
  readonly object: string;
  readonly message: string;
}

export interface VerifyReport {
  readonly problems: readonly VerifyProblem[];
  /** Committed manifests. */
  readonly manifests: number;
  /** Distinct map pages and references to data chunks that were followed. */
  readonly pages: number;
  readonly chunks: number;
  readonly packs: number;
  /** Bytes of packs read. */
  readonly bytesRead: number;
}

/** FORMAT.md, section 10. Problems are gathered, not thrown; transient errors of the store are thrown. */
export async function verifyVault(options: VerifyOptions): Promise<VerifyReport> {
  const directory = await mkdtemp(join(options.workDirectory, 'verify-'));
  try {
    const problems: VerifyProblem[] = [];
    const opened = await attempt(problems, 'index/', () => openVault({ ...options, cacheDirectory: directory }));
    if (!opened) return { problems, manifests: 0, pages: 0, chunks: 0, packs: 0, bytesRead: 0 };
    await using vault = opened;
    const maps = await verifyMaps(vault, problems, options);
    const packs = await verifyPacks(vault, options, problems);
    return { problems, ...maps, ...packs };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function verifyMaps(vault: Vault, problems: VerifyProblem[], { keys, readData, signal }: VerifyOptions) {
  const hasher = new ChunkHasher(keys.hashKey);
  const checked = new CheckedBlocks();
  const seenLeaves = new Set<string>();
  let manifests = 0;
  let chunks = 0;
  for await (const { key, vmId, jobId } of committed(vault, problems, signal)) {
    const read = await attempt(problems, key, () => vault.readManifest(key, signal));
    manifests++;
    for (const disk of read?.manifest.disks ?? [])
      await attempt(problems, `${vmId}/${jobId} disk ${disk.label}`, async () => {
        const reader = new BlockMapReader(disk.map, (id) => vault.readChunk(id, signal));
        for (let leaf = 0; leaf < reader.leafCount; leaf++) {
          const id = await reader.leafId(leaf, signal);
          if (id === null || seenLeaves.has(id)) continue;
          seenLeaves.add(id);
          for (const [index, entry] of ((await reader.leaf(leaf, signal)) ?? []).entries()) {
            const ids = chunksOf(entry);
            chunks += ids.length;
            const isIndexed = ids.map((chunk) => checkIndexed(vault.index, chunk, problems)).every(Boolean);
            if (!readData || !isIndexed || entry.shape !== 'pieces' || !checked.add(entry)) continue;
            const block = leaf * ENTRIES_PER_PAGE + index;
            const name = `${vmId}/${jobId} disk ${disk.label} block ${block}`;
            await attempt(problems, name, () =>
              checkBlockInPieces(entry, blockLength(disk.map.capacityBytes, block), name, hasher, (id) =>
                vault.readChunk(id, signal),
              ),
            );
          }
        }
      });
  }
  return { manifests, chunks, pages: seenLeaves.size };
}

function checkIndexed(index: LocalIndex, chunk: string, problems: VerifyProblem[]): boolean {
  if (index.locate(chunk)?.kind === CHUNK_KIND.data) return true;
  const { code, message } = chunkMissing(chunk);
  problems.push({ code, object: chunk, message });
  return false;
}

async function* committed(vault: Vault, problems: VerifyProblem[], signal: AbortSignal) {
  const manifests = new Set<string>();
  for await (const name of vault.listManifests({}, signal)) manifests.add(commitKey(name.vmId, name.jobId));
  for await (const name of vault.listCommits({}, signal)) {
    if (manifests.has(name.key)) yield { ...name, key: name.key.replace(/^commits/, 'manifests') };
    else problems.push({ code: 'MANIFEST_MISSING', object: name.key, message: 'The commit has no manifest.' });
  }
}

async function verifyPacks(vault: Vault, { store, keys, readData, signal }: VerifyOptions, problems: VerifyProblem[]) {
  const hasher = new ChunkHasher(keys.hashKey);
  let packs = 0;
  let bytesRead = 0;
  for (const { packId, length, condemned } of vault.index.packs()) {
    const key = packKey(packId);
    packs++;
    await attempt(problems, key, async () => {
      const problem = (message: string) => {
        problems.push({ code: 'VAULT_CORRUPT', object: key, message });
      };
      const info = await store.head(key, signal);
      if (!info) {
        if (!condemned) problem('The pack is missing.');
        return;
      }
      if (info.size !== length) problem(`The pack has ${info.size} bytes instead of ${length}.`);
      if (!readData) return;
      const bytes = await store.get(key, undefined, signal);
      bytesRead += bytes.length;
      const contents = parsePack(keys, packId, bytes);
      if (!agrees(vault.index, contents)) problem('Its trailer and the index differ.');
      checkChunks(keys, hasher, contents, bytes, problem);
    });
  }
  return { packs, bytesRead };
}

/** Whether everything that the index believes to be in the pack is there as the pack's own trailer says. */
function agrees(index: LocalIndex, pack: PackContents): boolean {
  const matching = pack.entries.filter((entry, ordinal) => {
    const found = index.locate(entry.id);
    return (
      found?.packId === pack.packId &&
      found.ordinal === ordinal &&
      found.offset === entry.offset &&
      found.storedLength === entry.storedLength &&
      found.rawLength === entry.rawLength &&
      found.kind === entry.kind &&
      found.encoding === entry.encoding
    );
  });
  return matching.length === index.chunksIn(pack.packId);
}

/** Notes permanent errors meant for people as problems; everything else passes. */
async function attempt<T>(problems: VerifyProblem[], object: string, work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    const permanent = isDriverError(error) ? error.kind === 'permanent' : error instanceof HoldfastError;
    if (!permanent || !(error instanceof HoldfastError)) throw error;
    problems.push({ code: error.code, object, message: error.message });
    return undefined;
  }
}
