import type { DiskFile } from '../disks/disk-file.ts';
import type { ManagedObject } from '../vcenter/core/managed-object.ts';
import type { Mutex } from '../vcenter/core/mutex.ts';
import type { VimFault } from '../vcenter/soap/faults.ts';
import type { MoRef, VimObject, VimValue } from '../vcenter/soap/values.ts';
import type { VirtualMachine } from '../vcenter/vm/virtual-machine.ts';

export type LeaseKind = 'exportVm' | 'exportSnapshot' | 'import';
export type LeaseState = 'initializing' | 'ready' | 'done' | 'error';
export type LeaseEnd = 'completed' | 'aborted' | 'timedOut' | 'failed';

/** What a lease gives access to. */
export interface LeaseItem {
  /** The last part of its URL. */
  readonly name: string;
  /** `/vm-12/ParaVirtualSCSIController0:0` */
  readonly key: string;
  readonly url: string;
  /** SHA-1 of the certificate of whoever serves the URL. */
  readonly thumbprint: string;
}

/** A file of an exported VM that is no disk. */
export interface LeaseExtra extends LeaseItem {
  readonly content: Buffer;
}

/** A disk. */
export interface LeaseDevice extends LeaseItem {
  /** The key with the name the client imports the VM under; empty for an export. */
  readonly importKey: string;
  readonly file: DiskFile;
  /** One upload at a time: one whose client is gone may still be writing. */
  readonly turn: Mutex;
  /** Bytes of the VMDK that went over the wire, in all transfers. */
  transferredBytes: number;
  /** Of the last transfer that came to its end. */
  finished?: { readonly sizeBytes: number; readonly sha1: string } | undefined;
  /** Copies of what was uploaded. */
  readonly kept: string[];
}

/** An HttpNfcLease managed object. */
export class NfcLease implements ManagedObject {
  readonly ref: MoRef;
  readonly kind: LeaseKind;
  /** The secret in its URLs. */
  readonly ticket: string;
  readonly timeoutMs: number;
  state: LeaseState = 'initializing';
  end: LeaseEnd | undefined;
  error: VimFault | undefined;
  /** The task that runs as long as the lease. */
  task: MoRef | undefined;
  /** Known from the start for an export, once it is made for an import. */
  vm: VirtualMachine | undefined;
  devices: readonly LeaseDevice[] = [];
  extras: readonly LeaseExtra[] = [];
  progress = 0;
  progressCalls = 0;
  /** By the monotonic clock. */
  renewedAt = 0;
  readonly transfers = new Set<Promise<void>>();
  /** Aborted when the lease ends; transfers are cut then. */
  readonly over = new AbortController();
  /** Whether its task has come so far that it will clear up. */
  begun = false;
  readonly ended = Promise.withResolvers<void>();
  /** Resolves when it has ended and nothing is left of it. */
  readonly released = Promise.withResolvers<void>();
  /** Until then the VM is not free for other operations. */
  held = true;

  constructor(ref: MoRef, kind: LeaseKind, ticket: string, timeoutMs: number, vm?: VirtualMachine) {
    this.ref = ref;
    this.kind = kind;
    this.ticket = ticket;
    this.timeoutMs = timeoutMs;
    this.vm = vm;
    this.released.promise.then(() => {
      this.held = false;
    });
  }

  read(property: string): VimValue | undefined {
    switch (property) {
      case 'state':
        return this.state;
      case 'initializeProgress':
        return this.state === 'initializing' ? 0 : 100;
      case 'transferProgress':
        return this.progress;
      case 'mode':
        return 'pushOrGet';
      case 'capabilities':
        return { $type: 'HttpNfcLeaseCapabilities', pullModeSupported: false, corsSupported: false };
      case 'info':
        return this.state === 'ready' || this.state === 'done' ? this.#info() : undefined;
      case 'error':
        return this.error?.localized();
      default:
        return undefined;
    }
  }

  #info(): VimObject | undefined {
    const { vm } = this;
    if (!vm) return undefined;
    const datastoreOf = (device: LeaseDevice) => vm.world.datastoreOf(device.file.name)?.value ?? '';
    const served = new Map(this.devices.map((device) => [datastoreOf(device), device]));
    return {
      $type: 'HttpNfcLeaseInfo',
      lease: this.ref,
      entity: vm.ref,
      deviceUrl: [
        ...this.devices.map((device) => ({
          ...deviceUrl(device),
          importKey: device.importKey,
          disk: true,
          datastoreKey: datastoreOf(device),
        })),
        ...this.extras.map((extra) => ({ ...deviceUrl(extra), disk: false, fileSize: extra.content.length })),
      ],
      totalDiskCapacityInKB: this.devices.reduce((sum, { file }) => sum + Math.ceil(file.capacityBytes / 1024), 0),
      leaseTimeout: Math.max(1, Math.ceil(this.timeoutMs / 1000)),
      hostMap: [...served].map(([datastoreKey, device]) => ({
        $type: 'HttpNfcLeaseDatastoreLeaseInfo',
        datastoreKey,
        hosts: [{ $type: 'HttpNfcLeaseHostInfo', url: device.url, sslThumbprint: device.thumbprint }],
      })),
    };
  }

  /** HttpNfcLeaseManifestEntry of each disk that was downloaded to its end. */
  manifest(): readonly VimObject[] {
    return this.devices.flatMap(({ key, file, finished }) =>
      finished
        ? [
            {
              $type: 'HttpNfcLeaseManifestEntry',
              key,
              sha1: finished.sha1,
              size: finished.sizeBytes,
              disk: true,
              capacity: file.capacityBytes,
            },
          ]
        : [],
    );
  }
}

function deviceUrl({ key, url, thumbprint, name }: LeaseItem): VimObject {
  return { $type: 'HttpNfcLeaseDeviceUrl', key, importKey: '', url, sslThumbprint: thumbprint, targetId: name };
}
