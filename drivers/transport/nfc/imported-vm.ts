import { abortable } from '../../../base/abort.ts';
import type { Clock } from '../../../base/clock.ts';
import type { ImportLease, InventoryVm, LeasedDisk, NewVmSpec } from '../../platform/contract.ts';
import type { NewVm, OpenDisk, TransportContext, TransportDisk, WriteStream } from '../contract.ts';
import { notSupported, sameUuid, wrongDisk } from './disk-errors.ts';
import { LeaseKeeper } from './lease-keeper.ts';
import { VmdkWriter } from './vmdk-writer.ts';

/** Makes a VM under a lease for writing its disks. */
export async function importedVm(
  clock: Clock,
  { session }: TransportContext,
  spec: NewVmSpec,
  signal: AbortSignal,
): Promise<NewVm> {
  if (!session.importVm) throw notSupported('This platform takes no virtual machines as streams.');
  return new ImportedVm(clock, await session.importVm(spec, signal));
}

class ImportedVm implements NewVm {
  readonly #lease: ImportLease;
  readonly #keeper: LeaseKeeper;
  readonly #written = new Map<number, number>();
  readonly #totalBytes: number;

  constructor(clock: Clock, lease: ImportLease) {
    this.#lease = lease;
    this.#keeper = new LeaseKeeper(clock, lease);
    this.#totalBytes = lease.vm.disks.reduce((sum, disk) => sum + disk.capacityBytes, 0);
  }

  get vm(): InventoryVm {
    return this.#lease.vm;
  }

  async openForWrite(disk: TransportDisk, signal: AbortSignal): Promise<OpenDisk<WriteStream>> {
    signal.throwIfAborted();
    this.#keeper.lost.throwIfAborted();
    const own = this.vm.disks.find(({ uuid }) => sameUuid(uuid, disk.uuid));
    if (!own) throw wrongDisk(`The new virtual machine has no disk with the uuid ${disk.uuid}.`);
    if (own.capacityBytes !== disk.capacityBytes)
      throw wrongDisk(`${own.label} has ${own.capacityBytes} bytes and not ${disk.capacityBytes}.`);
    const leased = this.#lease.disks.find(({ key }) => key === own.key);
    if (!leased) throw notSupported(`vSphere does not take the disk ${own.label} as a stream.`);
    return this.#write(leased, disk.capacityBytes);
  }

  async finish(signal: AbortSignal): Promise<void> {
    this.#keeper.lost.throwIfAborted();
    // For whoever looks at the task; a lease that is lost says so when it is completed.
    await this.#lease.progress(100, signal).catch(() => signal.throwIfAborted());
    await this.#lease.complete(signal);
    this.#keeper[Symbol.dispose]();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#keeper[Symbol.dispose]();
    await this.#lease[Symbol.asyncDispose]();
  }

  #write(leased: LeasedDisk, capacityBytes: number): OpenDisk<WriteStream> {
    const writer = new VmdkWriter(capacityBytes);
    const closed = new AbortController();
    const failed = new AbortController();
    const sending = AbortSignal.any([closed.signal, this.#keeper.lost]);
    const upload = this.#lease.upload(leased, writer.body(sending), sending);
    upload.catch((error: unknown) => failed.abort(error));
    const access: WriteStream = {
      kind: 'writeStream',
      capacityBytes,
      write: async (start, data, signal) => {
        await writer.write(start, data, AbortSignal.any([signal, failed.signal]));
        this.#report(leased, start + data.length);
      },
      finish: async (signal) => {
        writer.finish();
        await abortable(upload, signal);
        this.#report(leased, capacityBytes);
      },
    };
    return {
      access,
      async [Symbol.asyncDispose]() {
        closed.abort(new Error('The disk was closed.'));
        await upload.catch(() => undefined);
      },
    };
  }

  #report(leased: LeasedDisk, bytes: number): void {
    this.#written.set(leased.key, bytes);
    const all = [...this.#written.values()].reduce((sum, one) => sum + one, 0);
    this.#keeper.percent = (100 * all) / this.#totalBytes;
  }
}
