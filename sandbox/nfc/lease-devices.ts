import type { FaultPlan } from '../../base/fault-plan.ts';
import { Mutex } from '../vcenter/core/mutex.ts';
import { numberOf } from '../vcenter/soap/values.ts';
import type { Device, DiskDevice } from '../vcenter/vm/devices.ts';
import type { VirtualMachine } from '../vcenter/vm/virtual-machine.ts';
import type { TransferHosts } from './hosts.ts';
import type { LeaseDevice, LeaseExtra, NfcLease } from './lease.ts';
import type { NfcOptions } from './options.ts';

/** What a lease is to give access to. */
export interface LeasedDisks {
  readonly vm: VirtualMachine;
  /** The VM's devices, or a snapshot's. */
  readonly devices: readonly Device[];
  readonly disks: readonly DiskDevice[];
  /** Of an import: what the client calls the VM. */
  readonly importName?: string;
}

const NVRAM_BYTES = 8684;

/** Makes the URLs of leases. */
export class LeaseDevices {
  readonly #faults: FaultPlan;
  readonly #hosts: TransferHosts;
  readonly #urls: 'host' | 'wildcard' | 'mixed';
  /** Of vCenter's own certificate. */
  readonly #thumbprint: string;
  #count = 0;

  constructor(hosts: TransferHosts, options: NfcOptions, vcenterThumbprint: string, faults: FaultPlan) {
    this.#faults = faults;
    this.#hosts = hosts;
    this.#urls = options.urls ?? 'mixed';
    this.#thumbprint = vcenterThumbprint;
  }

  async of(lease: NfcLease, { vm, devices, disks, importName }: LeasedDisks): Promise<readonly LeaseDevice[]> {
    const host = await this.#hosts.addressOf(vm.settings.host);
    return disks.map((disk, index) => {
      const name = `disk-${index}.vmdk`;
      const place = placeOf(disk, devices);
      const wildcard = this.#nextIsWildcard();
      return {
        name,
        key: `/${vm.ref.value}/${place}`,
        importKey: importName === undefined ? '' : `/${importName}/${place}`,
        url: `https://${wildcard ? '*' : host.address}/nfc/${lease.ticket}/${name}`,
        thumbprint: this.#thumbprintFor(vm, wildcard ? this.#thumbprint : host.thumbprint),
        file: disk.file,
        transferredBytes: 0,
        turn: new Mutex(),
        kept: [],
      };
    });
  }

  /** What ExportVm gives beside the disks: an EFI machine's variables. */
  async extrasOf(lease: NfcLease, vm: VirtualMachine): Promise<readonly LeaseExtra[]> {
    if (vm.settings.firmware !== 'efi') return [];
    const { address, thumbprint } = await this.#hosts.addressOf(vm.settings.host);
    const name = 'disk-0.nvram';
    const url = `https://${address}/nfc/${lease.ticket}/${name}`;
    return [{ name, key: `/${vm.ref.value}/nvram`, url, thumbprint, content: Buffer.alloc(NVRAM_BYTES, 'nvram') }];
  }

  /** The fault `nfc.thumbprint`: what the client is told is another certificate's. */
  #thumbprintFor(vm: VirtualMachine, thumbprint: string): string {
    const wrong = this.#faults.take('nfc.thumbprint', vm.ref.value, ({ kind }) => kind === 'error');
    return wrong ? thumbprint.split(':').toReversed().join(':') : thumbprint;
  }

  #nextIsWildcard(): boolean {
    this.#count += 1;
    return this.#urls === 'wildcard' || (this.#urls === 'mixed' && this.#count % 2 === 0);
  }
}

/** `ParaVirtualSCSIController0:0` */
export function placeOf(disk: DiskDevice, devices: readonly Device[]): string {
  const controller = devices.find((device) => device.key === disk.controllerKey);
  const object = controller?.kind === 'plain' ? controller.object : undefined;
  return `${object?.$type ?? 'VirtualController'}${object ? (numberOf(object, 'busNumber') ?? 0) : 0}:${disk.unitNumber}`;
}
