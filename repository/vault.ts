import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../base/clock.ts';
import { isDriverError } from '../base/errors.ts';
import type { IdSource } from '../base/ids.ts';
import type { Logger } from '../base/logger.ts';
import type { ObjectStore } from '../drivers/storage/contract.ts';
import { ChunkHasher } from './chunk-hasher.ts';
import { chunkMissing, corrupt } from './errors.ts';
import { addUnindexedPacks, loadIndex } from './index-loader.ts';
import { sealIndexSegment } from './index-segment.ts';
import type { VaultKeys } from './keys/epochs.ts';
import { LocalIndex } from './local-index.ts';
import {
  COMMIT_PREFIX,
  commitKey,
  MANIFEST_PREFIX,
  type Manifest,
  manifestHash,
  manifestKey,
  openManifest,
  sealManifest,
} from './manifest.ts';
import { PackCipher, packKey } from './pack-cipher.ts';
import { openChunk, type PackContents } from './pack-reader.ts';
import { type VerifyReport, verifyVault } from './verify.ts';

export interface VaultOptions {
  readonly store: ObjectStore;
  readonly keys: VaultKeys;
  /** Absolute; one per agent. A sub-directory per vault is made below it. Everything in it can be rebuilt. */
  readonly cacheDirectory: string;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly logger: Logger;
  readonly signal?: AbortSignal;
}

/** Names a manifest or commit. */
export interface ManifestName {
  readonly key: string;
  readonly vmId: string;
  readonly jobId: string;
}

/**
 * An open vault with its index loaded. Open it after the vault session (FORMAT.md, section 9) and close it with the job.
 * The store stays the caller's to close.
 */
export interface Vault extends AsyncDisposable {
  readonly vaultId: string;
  readonly keys: VaultKeys;
  readonly store: ObjectStore;
  readonly index: LocalIndex;
  readonly ids: IdSource;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Stores the manifest once. `created: false`: this job has one already, which stays; `hash` is the stored one's. */
  putManifest(
    manifest: Manifest,
    signal: AbortSignal,
  ): Promise<{ readonly key: string; readonly hash: string; readonly created: boolean }>;
  /** Throws VAULT_CORRUPT, also when the stored manifest has another hash than expected; NOT_FOUND of the store. */
  readManifest(
    key: string,
    signal: AbortSignal,
    expectedHash?: string,
  ): Promise<{ readonly manifest: Manifest; readonly hash: string }>;
  /** Stores the control plane's signed commit, once. */
  putCommit(vmId: string, jobId: string, commit: string, signal: AbortSignal): Promise<'created' | 'exists'>;
  /** Not checked here: whoever holds the control plane's key does. */
  readCommit(vmId: string, jobId: string, signal: AbortSignal): Promise<string | undefined>;
  listManifests(filter: { readonly vmId?: string }, signal: AbortSignal): AsyncIterable<ManifestName>;
  listCommits(filter: { readonly vmId?: string }, signal: AbortSignal): AsyncIterable<ManifestName>;
  /** Names stored packs in a new index segment; they can be relied on from then on. */
  publishPacks(packs: readonly PackContents[], signal: AbortSignal): Promise<void>;
  /** One chunk, authenticated. Throws CHUNK_MISSING or VAULT_CORRUPT. */
  readChunk(id: string, signal: AbortSignal): Promise<Buffer>;
  /** Adds packs that no index segment names, by their trailers. The number of packs found. */
  rebuildIndex(signal: AbortSignal): Promise<number>;
  verify(options: { readonly readData: boolean; readonly signal: AbortSignal }): Promise<VerifyReport>;
}

export async function openVault(options: VaultOptions): Promise<Vault> {
  const { keys, store, logger } = options;
  const signal = options.signal ?? new AbortController().signal;
  const directory = join(options.cacheDirectory, keys.vaultId);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const index = LocalIndex.open(join(directory, 'index.sqlite'), keys.vaultId);
  try {
    const { loaded, rebuilt } = await loadIndex(store, keys, index, signal);
    logger.debug({ vaultId: keys.vaultId, segments: loaded, rebuilt }, 'vault index loaded');
    return new OpenVault(options, index);
  } catch (error) {
    index[Symbol.dispose]();
    throw error;
  }
}

class OpenVault implements Vault {
  readonly vaultId: string;
  readonly keys: VaultKeys;
  readonly store: ObjectStore;
  readonly index: LocalIndex;
  readonly ids: IdSource;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly #cacheDirectory: string;
  readonly #hasher: ChunkHasher;

  constructor(options: VaultOptions, index: LocalIndex) {
    this.vaultId = options.keys.vaultId;
    this.keys = options.keys;
    this.store = options.store;
    this.ids = options.ids;
    this.clock = options.clock;
    this.logger = options.logger;
    this.index = index;
    this.#cacheDirectory = options.cacheDirectory;
    this.#hasher = new ChunkHasher(options.keys.hashKey);
  }

  async putManifest(manifest: Manifest, signal: AbortSignal) {
    const key = manifestKey(manifest.vm.id, manifest.jobId);
    const bytes = sealManifest(this.keys, manifest, this.ids);
    const created = (await this.store.putIfAbsent(key, bytes, signal)) === 'created';
    const hash = created ? manifestHash(bytes) : (await this.readManifest(key, signal)).hash;
    return { key, hash, created };
  }

  async readManifest(key: string, signal: AbortSignal, expectedHash?: string) {
    const bytes = await this.store.get(key, undefined, signal);
    const hash = manifestHash(bytes);
    if (expectedHash !== undefined && hash !== expectedHash) throw corrupt(key, 'it is not the manifest committed');
    return { manifest: openManifest(this.keys, key, bytes), hash };
  }

  putCommit(vmId: string, jobId: string, commit: string, signal: AbortSignal) {
    return this.store.putIfAbsent(commitKey(vmId, jobId), Buffer.from(commit), signal);
  }

  async readCommit(vmId: string, jobId: string, signal: AbortSignal) {
    try {
      return Buffer.from(await this.store.get(commitKey(vmId, jobId), undefined, signal)).toString('utf8');
    } catch (error) {
      if (isDriverError(error) && error.code === 'NOT_FOUND') return undefined;
      throw error;
    }
  }

  listManifests(filter: { readonly vmId?: string }, signal: AbortSignal) {
    return listNames(this.store, MANIFEST_PREFIX, filter.vmId, signal);
  }

  listCommits(filter: { readonly vmId?: string }, signal: AbortSignal) {
    return listNames(this.store, COMMIT_PREFIX, filter.vmId, signal);
  }

  async publishPacks(packs: readonly PackContents[], signal: AbortSignal) {
    if (packs.length === 0) return;
    const segment = sealIndexSegment(this.keys, { supersedes: [], packs }, this.ids);
    await this.store.put(segment.key, segment.bytes, signal);
    this.index.addSegment(segment.key, { packs });
  }

  async readChunk(id: string, signal: AbortSignal) {
    const location = this.index.locate(id);
    if (!location) throw chunkMissing(id);
    const key = packKey(location.packId);
    const range = { start: location.offset, end: location.offset + location.storedLength };
    const sealed = await this.store.get(key, range, signal);
    const raw = openChunk(new PackCipher(this.keys, location), this.#hasher, location, location.ordinal, sealed);
    if (!raw) throw corrupt(key, `chunk ${id} does not authenticate`);
    return Buffer.from(raw.buffer, raw.byteOffset, raw.length);
  }

  rebuildIndex(signal: AbortSignal) {
    return addUnindexedPacks(this.store, this.keys, this.index, signal);
  }

  verify({ readData, signal }: { readonly readData: boolean; readonly signal: AbortSignal }) {
    const { store, keys, clock, ids, logger } = this;
    return verifyVault({ store, keys, readData, signal, workDirectory: this.#cacheDirectory, clock, ids, logger });
  }

  async [Symbol.asyncDispose]() {
    this.index[Symbol.dispose]();
  }
}

async function* listNames(
  store: ObjectStore,
  prefix: string,
  vmId: string | undefined,
  signal: AbortSignal,
): AsyncIterable<ManifestName> {
  const under = vmId === undefined ? prefix : `${prefix}${vmId}/`;
  for await (const { key } of store.list({ prefix: under }, signal)) {
    const [vm, job, ...rest] = key.slice(prefix.length).split('/');
    if (vm !== undefined && job !== undefined && rest.length === 0) yield { key, vmId: vm, jobId: job };
  }
}
