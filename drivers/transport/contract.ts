import type { InventoryVm, NewVmSpec, PlatformSession, SnapshotRef, VmRef } from '../platform/contract.ts';

/**
 * How disk bytes leave or enter the platform. A transport opens one disk at a time and gives the mover either something its
 * worker threads can read or write by themselves, or a stream. Throws `DriverError` (codes of the platform contract, and
 * `DEVICE_NOT_FOUND` transient, `WRONG_DISK` permanent, `NOT_ON_THIS_PLATFORM` permanent, `CORRUPT_STREAM` transient).
 */
export interface TransportDriver {
  /** `hotadd`, `nfc`, `nbd`. */
  readonly name: string;
  readonly capabilities: TransportCapabilities;
  openForRead(context: TransportContext, disk: SourceDisk, signal: AbortSignal): Promise<OpenDisk<ReadAccess>>;
  /** A disk of a VM that is there. Only with `write: 'inPlace'`; others throw NOT_SUPPORTED. */
  openForWrite(context: TransportContext, disk: TransportDisk, signal: AbortSignal): Promise<OpenDisk<WriteAccess>>;
  /**
   * Makes a VM together with the way into its disks. Only where both are one act (`write: 'newVm'`); otherwise it is absent and the
   * VM is made by the session and its disks opened with `openForWrite`.
   */
  createVm?(context: TransportContext, spec: NewVmSpec, signal: AbortSignal): Promise<NewVm>;
  /** Detaches whatever an earlier, dead process left open. Called at start-up and before a job. Idempotent. */
  reap(context: TransportContext, signal: AbortSignal): Promise<{ readonly detached: number }>;
}

export interface TransportCapabilities {
  /** False: an increment has to stream the whole disk. */
  readonly randomRead: boolean;
  readonly write: 'none' | 'newVm' | 'inPlace';
}

export interface TransportContext {
  readonly session: PlatformSession;
  /** The gateway's own VM in this vCenter; null when it runs elsewhere. */
  readonly gatewayVm: VmRef | null;
  /** Where disks appear, `/dev/disk/by-id` unless configured. */
  readonly deviceDirectory: string;
}

export interface TransportDisk {
  readonly uuid: string;
  readonly fileName: string;
  readonly datastore: string;
  readonly capacityBytes: number;
}

/** A disk frozen by a snapshot. */
export interface SourceDisk extends TransportDisk {
  readonly vm: VmRef;
  readonly snapshot: SnapshotRef;
  /** The virtual device key. */
  readonly key: number;
}

/**
 * A VM that is being made. Its disks are written one after the other; `finish` makes it whole. Disposed without `finish`, it is discarded as
 * far as the platform allows; what is left carries the spec's marker.
 */
export interface NewVm extends AsyncDisposable {
  readonly vm: InventoryVm;
  openForWrite(disk: TransportDisk, signal: AbortSignal): Promise<OpenDisk<WriteAccess>>;
  finish(signal: AbortSignal): Promise<void>;
}

/** Closing detaches. Must be closed by whoever opened it, and before the snapshot is removed. */
export interface OpenDisk<Access = DiskAccess> extends AsyncDisposable {
  readonly access: Access;
}

export type ReadAccess = DeviceAccess | ReadStream;
export type WriteAccess = DeviceAccess | WriteStream;
export type DiskAccess = ReadAccess | WriteAccess;

/** A block device or file that several worker threads may open at once, with O_DIRECT where it is supported. */
export interface DeviceAccess {
  readonly kind: 'device';
  readonly path: string;
  readonly capacityBytes: number;
}

/** A disk that is read from its start to its end. */
export interface ReadStream {
  readonly kind: 'readStream';
  readonly capacityBytes: number;
  /**
   * What is not zero: ascending, not overlapping, at most 1 MiB each, read as it is consumed. It ends by itself only when the whole disk
   * was read and found sound; otherwise it throws. Each call reads the disk anew; one at a time.
   */
  areas(signal: AbortSignal): AsyncIterable<DiskArea>;
}

/** A new disk that is written from its start to its end. */
export interface WriteStream {
  readonly kind: 'writeStream';
  readonly capacityBytes: number;
  /**
   * Ascending, not overlapping; `start` is a multiple of 64 KiB, and so is the length but at the disk's end. What is never written reads as
   * zeros. `data` may lie in shared memory. Resolves when more may be given; `data` is not kept afterwards.
   */
  write(start: number, data: Uint8Array, signal: AbortSignal): Promise<void>;
  /** Resolves when the platform has all of it. */
  finish(signal: AbortSignal): Promise<void>;
}

export interface DiskArea {
  /** Bytes from the disk's start. */
  readonly start: number;
  readonly data: Uint8Array;
}
