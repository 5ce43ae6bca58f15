import type { PlatformSession, VmRef } from '../platform/contract.ts';

/**
 * How disk bytes leave or enter the platform. A transport opens one disk at a time and gives the mover something its
 * worker threads can read or write by themselves. Throws `DriverError` (codes of the platform contract, and
 * `DEVICE_NOT_FOUND` transient, `WRONG_DISK` permanent, `NOT_ON_THIS_PLATFORM` permanent).
 */
export interface TransportDriver {
  /** `hotadd`, `nfc`, `nbd`. */
  readonly name: string;
  readonly capabilities: TransportCapabilities;
  openForRead(context: TransportContext, disk: TransportDisk, signal: AbortSignal): Promise<OpenDisk>;
  openForWrite(context: TransportContext, disk: TransportDisk, signal: AbortSignal): Promise<OpenDisk>;
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

/** Closing detaches. Must be closed by whoever opened it, and before the snapshot is removed. */
export interface OpenDisk extends AsyncDisposable {
  readonly access: DiskAccess;
}

/** A block device or file that several worker threads may open at once, with O_DIRECT where it is supported. */
export interface DiskAccess {
  readonly kind: 'device';
  readonly path: string;
  readonly capacityBytes: number;
}
