import type { Clock } from '../../../base/clock.ts';
import type { TransportDriver } from '../contract.ts';
import { notSupported } from './disk-errors.ts';
import { importedVm } from './imported-vm.ts';
import { openSource } from './leased-source.ts';

/**
 * Disks are streamed over HTTPS from and to the ESXi host, as stream-optimised VMDKs under a lease of vCenter (ExportSnapshot, ImportVApp). Needs
 * no virtual machine of the gateway's own and nothing of the guest, but reads whole disks and writes new VMs only.
 */
export function createNfcTransport({ clock }: { readonly clock: Clock }): TransportDriver {
  return {
    name: 'nfc',
    capabilities: { randomRead: false, write: 'newVm' },
    openForRead: (context, disk, signal) => openSource(clock, context, disk, signal),
    async openForWrite() {
      throw notSupported('The transport nfc writes disks of new virtual machines only.');
    },
    createVm: (context, spec, signal) => importedVm(clock, context, spec, signal),
    // A dead process's leases cannot be told from those of others; they end by themselves when nobody keeps them alive.
    reap: async () => ({ detached: 0 }),
  };
}
