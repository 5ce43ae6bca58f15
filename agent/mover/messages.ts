import type { ErrorDetails } from '../../base/errors.ts';
import type { SharedFault } from '../../base/fault-plan.ts';
import type { Extent } from '../../drivers/platform/contract.ts';
import type { BlockEntry } from '../../repository/block-map.ts';
import type { VaultKeys } from '../../repository/keys/epochs.ts';
import type { ChunkLocation } from '../../repository/local-index.ts';
import type { SealedPack } from '../../repository/pack-writer.ts';

/** Where workers find a disk's bytes, or put them: the device itself, or the slots of a ring that their tasks name. */
export type WorkerDisk = { readonly path: string } | { readonly ring: SharedArrayBuffer };

/** What every worker starts with. Keys go to threads of this process only. */
export interface WorkerSetup {
  readonly keys: VaultKeys;
  readonly disk: WorkerDisk;
  readonly capacityBytes: number;
  readonly counters: SharedArrayBuffer;
  /** One Int32; not 0 once the worker shall stop. */
  readonly stop: SharedArrayBuffer;
}

export interface BackupSetup extends WorkerSetup {
  readonly newIds: SharedArrayBuffer;
  readonly indexPath: string;
  readonly spoolDirectory: string;
  /** For tests. */
  readonly faults: readonly SharedFault[];
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
  /** Where in the ring its bytes are. */
  readonly slot?: number;
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
  readonly blocks: readonly RestoreBlock[];
}

/** One block to write. */
export interface RestoreBlock {
  readonly block: number;
  readonly entry: BlockEntry;
  /** Where in the ring its bytes go. */
  readonly slot?: number;
}

export interface RestoreResult {
  /** What is not zero of each block, in bytes from its start; empty where the worker has written it itself. */
  readonly runs: readonly (readonly Extent[])[];
}

export type ToWorker<Task> =
  | { readonly type: 'task'; readonly id: number; readonly task: Task }
  | { readonly type: 'finish' };

export type FromWorker<Result> =
  | { readonly type: 'result'; readonly id: number; readonly result: Result }
  | { readonly type: 'pack'; readonly pack: SealedPack }
  | { readonly type: 'finished' }
  | { readonly type: 'failed'; readonly error: ErrorDetails | { readonly bug: string } };
