/**
 * A virtualisation platform as a gateway sees it. One {@link PlatformSession} is one login; the gateway holds at most
 * one per vCenter and shares it between jobs. A session keeps itself alive, logs in again once when it was forgotten,
 * and never tries a refused password twice.
 *
 * All methods throw `DriverError` or the signal's reason. Codes: `INVALID_LOGIN`, `CERTIFICATE_NOT_TRUSTED`
 * (details: see {@link CertificateNotTrusted}), `NO_PERMISSION` (needsPerson); `UNREACHABLE`, `TIMEOUT`, `BUSY`,
 * `SESSION_LOST`, `DISK_LOCKED`, `LEASE_LOST` (transient); `NOT_FOUND`, `NOT_SUPPORTED`, `INVALID_STATE`, `QUIESCE_FAILED`, `CHANGE_TRACKING_LOST`,
 * `NAME_TAKEN`, `DATASTORE_FULL`, `TASK_FORGOTTEN` (transient: vCenter restarted meanwhile, and what was asked for is not there), `TASK_FAILED` (permanent; transient where the platform speaks of a general error of its own).
 * NOT_FOUND of `createVm` has a {@link MissingPlace} as its cause where one of the spec's places is missing.
 */
export interface PlatformDriver {
  /** `vsphere`, `acvs`, … */
  readonly name: string;
  connect(options: PlatformConnection, signal: AbortSignal): Promise<PlatformSession>;
}

export interface PlatformConnection {
  /** Host name or address, with an optional `:port` (443). Never a URL. */
  readonly address: string;
  readonly username: string;
  readonly password: string;
  /** SHA-256 of the server certificate's DER, upper-case hex with colons; required unless `ca` proves the certificate. */
  readonly trustedFingerprint?: string;
  /** PEM certificates trusted for this server. */
  readonly ca?: string;
}

/** The `cause` of a CERTIFICATE_NOT_TRUSTED error. */
export interface CertificateNotTrusted {
  readonly presentedFingerprint: string;
  readonly trustedFingerprint: string | null;
  readonly subject: string;
  /** ISO 8601 UTC. */
  readonly validUntil: string;
}

/** The `cause` of a NOT_FOUND error of `createVm`. */
export interface MissingPlace {
  readonly missing: 'folder' | 'datastore' | 'network';
}

export interface PlatformAbout {
  /** Stable identity of the vCenter Server or the single ESXi host. */
  readonly instanceUuid: string;
  readonly kind: 'VCENTER' | 'ESXI';
  readonly name: string;
  readonly version: string;
  readonly build: string;
  readonly fingerprint: string;
}

/** A VM's platform-local handle: valid for one session's vCenter only, never an identity. */
export type VmRef = string & { readonly __brand?: 'VmRef' };
export type SnapshotRef = string & { readonly __brand?: 'SnapshotRef' };

export interface InventoryVm {
  readonly ref: VmRef;
  readonly name: string;
  readonly instanceUuid: string;
  readonly biosUuid: string;
  readonly powerState: 'POWERED_ON' | 'POWERED_OFF' | 'SUSPENDED';
  readonly guestFullName: string | null;
  readonly template: boolean;
  readonly changeTrackingEnabled: boolean;
  /** Data center, folders and VM name from the root, `/` separated. */
  readonly path: string;
  readonly host: string | null;
  readonly cpuCount: number;
  /** Bytes. */
  readonly memoryBytes: number;
  /** datastore path of the .vmx, `[datastore] dir/name.vmx`. */
  readonly configFile: string;
  readonly disks: readonly InventoryDisk[];
  readonly networks: readonly string[];
}

export interface InventoryDisk {
  /** The virtual device key: unique within the VM. */
  readonly key: number;
  readonly label: string;
  /** The disk's uuid as vSphere writes it; stays the same through snapshots and moves. */
  readonly uuid: string;
  /** Bytes. */
  readonly capacityBytes: number;
  readonly datastore: string;
  readonly fileName: string;
  readonly thin: boolean;
  /** The controller's virtual device key and the unit on it, where the platform tells. */
  readonly controllerKey?: number;
  readonly unitNumber?: number;
  /** Why a snapshot leaves this disk out or cannot be taken with it; null for an ordinary disk. */
  readonly obstacle: 'INDEPENDENT' | 'RDM' | 'SHARED' | null;
}

export interface SnapshotDisk {
  readonly key: number;
  readonly label: string;
  readonly uuid: string;
  readonly capacityBytes: number;
  /** The frozen file under the snapshot, from the snapshot's own config after its task. */
  readonly fileName: string;
  readonly datastore: string;
  /** From the snapshot's config, never the live VM's. Null when change tracking was off or not yet believable. */
  readonly changeId: string | null;
  readonly controllerKey: number;
  readonly unitNumber: number;
}

export interface SnapshotInfo {
  readonly ref: SnapshotRef;
  readonly name: string;
  readonly description: string;
  /** ISO 8601 UTC. */
  readonly createdAt: string;
  /** Whether the guest was really quiesced. */
  readonly quiesced: boolean;
}

export interface Extent {
  /** Bytes from the disk's start. */
  readonly start: number;
  /** Bytes, > 0. */
  readonly length: number;
}

export interface NewVmSpec {
  readonly name: string;
  /** Inventory path of the folder; null: the data center's root VM folder of `datastore`. */
  readonly folder: string | null;
  readonly datastore: string;
  readonly cpuCount: number;
  readonly memoryBytes: number;
  readonly guestId: string;
  readonly firmware: 'BIOS' | 'EFI';
  readonly network: string | null;
  readonly disks: readonly {
    readonly label: string;
    readonly capacityBytes: number;
    readonly thin: boolean;
    readonly controllerKey: number;
    readonly unitNumber: number;
  }[];
  /** From the {@link VmConfiguration}; without it the driver chooses by guest and `controllerKey`. */
  readonly controllers?: readonly DiskController[];
  /** Kept in the VM's extraConfig; a later reaper finds a half-made VM by it. */
  readonly marker: string;
}

/** What a restore needs to make a similar VM; kept in the manifest. JSON, versioned by the driver. */
export interface VmConfiguration {
  readonly version: 1;
  readonly name: string;
  readonly guestId: string;
  readonly cpuCount: number;
  readonly memoryBytes: number;
  readonly firmware: 'BIOS' | 'EFI';
  readonly path: string;
  readonly datastore: string;
  readonly networks: readonly string[];
  /** The disk controllers; optional, because a driver may have none worth keeping. */
  readonly controllers?: readonly DiskController[];
}

/** A disk controller, so that a restored guest finds its disks behind the hardware it has a driver for. */
export interface DiskController {
  /** What `controllerKey` of a disk refers to. */
  readonly key: number;
  /** The platform's own name of the kind, for example `ParaVirtualSCSIController`. */
  readonly type: string;
}

export interface AttachedDisk {
  readonly uuid: string;
  readonly deviceKey: number;
  readonly fileName: string;
}

/** A privilege that the session's user does not have. */
export interface MissingPrivilege {
  /** By the platform's own name. */
  readonly privilege: string;
  /** Name or handle of the inventory object on which it is missing. */
  readonly entity: string;
  /** What does not work without it, in the driver's own words. */
  readonly neededFor: readonly string[];
}

/** What may stand in the way of a VM's backup. */
export interface VmCondition {
  /** Its host is connected and its files are accessible. */
  readonly connected: boolean;
  readonly consolidationNeeded: boolean;
  /** Virtual hardware; null where the platform has no such number. */
  readonly hardwareVersion: number | null;
  readonly encrypted: boolean;
  readonly virtualTpm: boolean;
  readonly faultTolerant: boolean;
  /** Labels of devices of the host that it uses itself. */
  readonly passthroughDevices: readonly string[];
  readonly datastores: readonly {
    readonly name: string;
    /** Bytes. */
    readonly freeBytes: number;
    readonly capacityBytes: number;
    readonly accessible: boolean;
  }[];
}

export interface PlatformSession extends AsyncDisposable {
  about(signal: AbortSignal): Promise<PlatformAbout>;
  /**
   * What the session's user lacks, without trying any of it: of all that backups and restores need, or with `vm` only of what is needed on that VM.
   * Empty: nothing. Absent on a platform that does not tell; NOT_SUPPORTED where a server of it does not.
   */
  missingPrivileges?(scope: { readonly vm?: VmRef }, signal: AbortSignal): Promise<readonly MissingPrivilege[]>;
  /** All VMs, templates included, in batches of at most 250. */
  inventory(signal: AbortSignal): AsyncIterable<readonly InventoryVm[]>;
  /** Finds by instanceUuid and biosUuid both; a moved or re-registered VM is found, a clone is not mistaken for it. */
  findVm(
    identity: { readonly instanceUuid: string; readonly biosUuid: string },
    signal: AbortSignal,
  ): Promise<InventoryVm | undefined>;
  /** For a preflight; changes nothing. Absent on a platform that does not tell. */
  vmCondition?(vm: VmRef, signal: AbortSignal): Promise<VmCondition>;
  vmConfiguration(vm: VmRef, signal: AbortSignal): Promise<VmConfiguration>;

  /** INVALID_STATE while the VM has snapshots. Idempotent. */
  enableChangeTracking(vm: VmRef, signal: AbortSignal): Promise<void>;
  snapshots(vm: VmRef, signal: AbortSignal): Promise<readonly SnapshotInfo[]>;
  /** Resolves after the task has ended. Without memory. QUIESCE_FAILED only with `quiesce`. */
  createSnapshot(
    vm: VmRef,
    options: { readonly name: string; readonly description: string; readonly quiesce: boolean },
    signal: AbortSignal,
  ): Promise<SnapshotInfo>;
  snapshotDisks(snapshot: SnapshotRef, signal: AbortSignal): Promise<readonly SnapshotDisk[]>;
  /** Removes with consolidation and checks that it is gone and no consolidation is needed. A missing snapshot is no error. */
  removeSnapshot(snapshot: SnapshotRef, signal: AbortSignal): Promise<void>;
  /** Merges deltas that an interrupted removal left behind, and checks that no consolidation is needed. Nothing to do is no error. */
  consolidate(vm: VmRef, signal: AbortSignal): Promise<void>;
  /**
   * Areas changed between `changeId` and the snapshot, ascending, merged, covering all of the disk: the driver loops
   * until the capacity is reached. CHANGE_TRACKING_LOST when the id is of another epoch or the query fails.
   */
  changedAreas(
    query: {
      readonly vm: VmRef;
      readonly snapshot: SnapshotRef;
      readonly diskKey: number;
      readonly capacityBytes: number;
      readonly changeId: string;
    },
    signal: AbortSignal,
  ): AsyncIterable<Extent>;

  createVm(spec: NewVmSpec, signal: AbortSignal): Promise<InventoryVm>;
  /** VMs whose marker starts with `markerPrefix`. */
  findByMarker(
    markerPrefix: string,
    signal: AbortSignal,
  ): Promise<readonly { readonly vm: InventoryVm; readonly marker: string }[]>;
  /** Gives a VM another marker. */
  setMarker(vm: VmRef, marker: string, signal: AbortSignal): Promise<void>;
  /** Powered-off VMs only. Refuses (INVALID_STATE) a VM that holds a disk outside its own directory. A missing VM is no error. */
  destroyVm(vm: VmRef, signal: AbortSignal): Promise<void>;

  /**
   * Hot-adds an existing disk to `vm`, skipping SCSI unit 7. `independent-nonpersistent` for reading, and
   * `independent-persistent` for writing. DISK_LOCKED when another VM holds it.
   */
  attachDisk(
    vm: VmRef,
    disk: { readonly fileName: string; readonly datastore: string; readonly mode: 'READ' | 'WRITE' },
    signal: AbortSignal,
  ): Promise<AttachedDisk>;
  /**
   * Removes the device without a file operation. A missing device is no error, and one that has another disk by now is left alone: the platform
   * gives a key that was let go to the next disk.
   */
  detachDisk(vm: VmRef, disk: Pick<AttachedDisk, 'uuid' | 'deviceKey'>, signal: AbortSignal): Promise<void>;
  /** Disks on `vm` outside the VM's own directory: what a dead gateway left attached. */
  foreignDisks(vm: VmRef, signal: AbortSignal): Promise<readonly AttachedDisk[]>;

  /**
   * Leases the snapshot's disks for reading as streamOptimized VMDK; the VM may run. Absent on a platform without such leases.
   * BUSY (transient) while the server has no lease or connection to give.
   */
  exportSnapshot?(vm: VmRef, snapshot: SnapshotRef, signal: AbortSignal): Promise<DiskLease>;
  /**
   * Makes a VM and leases its empty disks for writing as streamOptimized VMDK. Errors of `createVm` as well. Nothing is left of it when the lease
   * is aborted or the platform takes it back; what is left all the same carries the spec's marker.
   */
  importVm?(spec: NewVmSpec, signal: AbortSignal): Promise<ImportLease>;
}

/**
 * A right to transfer disks that the platform takes back when it hears nothing for a while. Whoever holds it reports progress often enough by
 * a timer of its own, however slowly the bytes move. Disposed without `complete`, it is aborted; neither is an error twice.
 */
export interface DiskLease extends AsyncDisposable {
  readonly disks: readonly LeasedDisk[];
  /** Milliseconds after which the platform takes the lease back unless it hears of progress. */
  readonly timeoutMs: number;
  /**
   * The disk's bytes as the server sends them. Ends with the server's answer, also a truncated one: the reader checks the format. UNREACHABLE,
   * TIMEOUT, BUSY while it gives no connection, LEASE_LOST; CERTIFICATE_NOT_TRUSTED before anything was sent.
   */
  download(disk: LeasedDisk, signal: AbortSignal): AsyncIterable<Uint8Array>;
  /** Sends the body as it is produced; resolves when the server has taken all of it. A second try begins anew. Errors of `download`. */
  upload(disk: LeasedDisk, body: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<void>;
  /** 0 to 100. Keeps the lease alive. LEASE_LOST (transient) when the platform has taken it back. */
  progress(percent: number, signal: AbortSignal): Promise<void>;
  complete(signal: AbortSignal): Promise<void>;
}

export interface ImportLease extends DiskLease {
  /** As it is made: its disks are empty, and no operation but the transfer is allowed on it. */
  readonly vm: InventoryVm;
}

export interface LeasedDisk {
  /** The virtual device key of the disk in the VM. */
  readonly key: number;
  readonly url: string;
  /** SHA-1 of the host's certificate as the platform tells it, upper-case hex with colons; null where it does not. */
  readonly hostThumbprint: string | null;
  /** Bytes the platform estimates, where it does. */
  readonly fileSize: number | null;
}
