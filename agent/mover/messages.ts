import type { ErrorDetails } from '../../base/errors.ts';
import type { BlockEntry } from '../../repository/block-map.ts';
import type { VaultKeys } from '../../repository/keys/epochs.ts';
import type { ChunkLocation } from '../../repository/local-index.ts';
import type { SealedPack } from '../../repository/pack-writer.ts';

/** What every worker starts with. Keys go to threads of this process only. */
export interface WorkerSetup {
  readonly keys: VaultKeys;
  readonly diskPath: string;
  readonly capacityBytes: number;
  readonly counters: SharedArrayBuffer;
  /** One Int32; not 0 once the worker shall stop. */
  readonly stop: SharedArrayBuffer;
}

export interface BackupSetup extends WorkerSetup {
  readonly newIds: SharedArrayBuffer;
  readonly indexPath: string;
  readonly spoolDirectory: string;
}

export interface RestoreSetup extends WorkerSetup {
  readonly targetIsZeroed: boolean;
}

/** One block to look at. */
export interface BlockWork {
  readonly block: number;
  /** What the parent map says about it. */
  readonly parent: BlockEntry | undefined;
  /** Which pieces may have changed since the parent (bit 0: the first); undefined when that is not known. */
  readonly changed: number | undefined;
}

export interface BackupTask {
  readonly blocks: readonly BlockWork[];
}

export interface BackupResult {
  readonly entries: readonly BlockEntry[];
}

/** Stored bytes of several chunks, fetched with one request. */
export interface FetchedChunk {
  readonly location: ChunkLocation;
  /** Which of the task's buffers, and where in it. */
  readonly buffer: number;
  readonly at: number;
}

export interface RestoreTask {
  readonly buffers: readonly Uint8Array<ArrayBuffer>[];
  readonly chunks: readonly FetchedChunk[];
  readonly blocks: readonly { readonly block: number; readonly entry: BlockEntry }[];
}

export type ToWorker<Task> =
  | { readonly type: 'task'; readonly id: number; readonly task: Task }
  | { readonly type: 'finish' };

export type FromWorker<Result> =
  | { readonly type: 'result'; readonly id: number; readonly result: Result }
  | { readonly type: 'pack'; readonly pack: SealedPack }
  | { readonly type: 'finished' }
  | { readonly type: 'failed'; readonly error: ErrorDetails | { readonly bug: string } };
