import type { DiskLease, ImportLease, InventoryVm, LeasedDisk, NewVmSpec } from '../../contract.ts';
import { planVm } from '../create-vm.ts';
import type { VirtualMachineImportSpec } from '../gen/types.ts';
import { readObject } from '../properties.ts';
import type { VimSession } from '../vim-session.ts';
import { readVm } from '../virtual-machines.ts';
import { openLease } from './open-lease.ts';

/** Makes a VM as {@link planVm} has it, with a lease on its empty disks. */
export async function importVm(session: VimSession, spec: NewVmSpec, signal: AbortSignal): Promise<ImportLease> {
  const { config, placement } = await planVm(session, spec, signal);
  const { pool, folder, host } = placement;
  const importSpec: VirtualMachineImportSpec = { $type: 'VirtualMachineImportSpec', configSpec: config };
  const what = 'Creating the virtual machine';
  const { lease, info } = await openLease(
    session,
    {
      what,
      ask: (asking) =>
        session.call('ImportVApp', { _this: pool, spec: importSpec, folder, host }, { signal: asking, what }),
      async devices({ entity }, reading) {
        const path = 'config.hardware.device';
        return (await readObject(session, entity, [path], reading)).list(path, 'VirtualDevice');
      },
    },
    signal,
  );
  try {
    return new LeasedVm(lease, await readVm(session, info.entity, signal));
  } catch (error) {
    await lease[Symbol.asyncDispose]();
    throw error;
  }
}

/** The VM a lease has made, with the way into its disks. */
class LeasedVm implements ImportLease {
  readonly vm: InventoryVm;
  readonly #lease: DiskLease;

  constructor(lease: DiskLease, vm: InventoryVm) {
    this.#lease = lease;
    this.vm = vm;
  }

  get disks(): readonly LeasedDisk[] {
    return this.#lease.disks;
  }

  get timeoutMs(): number {
    return this.#lease.timeoutMs;
  }

  download(disk: LeasedDisk, signal: AbortSignal): AsyncIterable<Uint8Array> {
    return this.#lease.download(disk, signal);
  }

  upload(disk: LeasedDisk, body: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<void> {
    return this.#lease.upload(disk, body, signal);
  }

  progress(percent: number, signal: AbortSignal): Promise<void> {
    return this.#lease.progress(percent, signal);
  }

  complete(signal: AbortSignal): Promise<void> {
    return this.#lease.complete(signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#lease[Symbol.asyncDispose]();
  }
}
