import type { ConnectionLimits } from './connections.ts';

export interface OssLimits extends ConnectionLimits {
  /** Files longer than this go up in parts of this size, in bytes. OSS wants at least 100 KiB of all but the last. */
  readonly partSize: number;
  /** Parts of one file on their way at the same time. */
  readonly partsAtOnce: number;
  /** Names in one answer to a list; OSS gives up to 1,000. */
  readonly listPage: number;
  /** How long a given-up upload may take to be removed, in milliseconds. */
  readonly cleanUpMs: number;
}

export const ossLimits: OssLimits = {
  connectMs: 10_000,
  idleMs: 30_000,
  drainBytesPerSecond: 64 << 10,
  maxSockets: 16,
  partSize: 8 << 20,
  partsAtOnce: 4,
  listPage: 1000,
  cleanUpMs: 10_000,
};
