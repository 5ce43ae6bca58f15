import { HoldfastError } from '../../../base/errors.ts';
import type { InventoryVm } from '../../../drivers/platform/contract.ts';
import type { BackupWork } from '../../../protocol/work.ts';
import type { JobContext } from '../job-context.ts';
import type { JobSession } from '../job-session.ts';

/** Finds the VM by its identity, wherever it was moved to. Throws VM_NOT_FOUND, VM_IS_TEMPLATE, GATEWAY_ITSELF. */
export async function locateVm(
  job: JobContext,
  work: BackupWork,
  { session, gatewayVm }: JobSession,
): Promise<InventoryVm> {
  const { instanceUuid, biosUuid, name } = work.virtualMachine;
  const vm = await session.findVm({ instanceUuid, biosUuid }, job.lease.signal);
  if (!vm) {
    throw refusal(
      'VM_NOT_FOUND',
      `The virtual machine ${name} is no longer in this vCenter.`,
      "Refresh the vCenter's inventory; if the machine was deleted, its recovery points remain.",
    );
  }
  if (vm.template)
    throw refusal(
      'VM_IS_TEMPLATE',
      `${name} is a template, of which no snapshot can be taken.`,
      'Convert it to a virtual machine first.',
    );
  if (vm.ref === gatewayVm)
    throw refusal(
      'GATEWAY_ITSELF',
      'A gateway cannot back itself up.',
      'Back this machine up through another gateway.',
    );
  return vm;
}

/** Tells of every disk that a snapshot leaves out; the uuids of those. Throws NO_DISK_TO_BACK_UP when nothing is left. */
export function skipObstructedDisks(job: JobContext, vm: InventoryVm): ReadonlySet<string> {
  const skipped = vm.disks.filter((disk) => disk.obstacle !== null);
  for (const disk of skipped) {
    job.findings.add({
      code: 'DISK_SKIPPED',
      severity: 'WARNING',
      message: `${disk.label} of ${vm.name} is not part of the recovery point: ${obstacles[disk.obstacle ?? 'INDEPENDENT']}.`,
      remedy: 'Change the disk to a dependent one, or back up what is on it from inside the guest.',
    });
  }
  if (skipped.length === vm.disks.length) {
    throw refusal(
      'NO_DISK_TO_BACK_UP',
      `${vm.name} has no disk that can be backed up.`,
      'Give it an ordinary virtual disk, or take it out of the selection.',
    );
  }
  return new Set(skipped.map((disk) => disk.uuid));
}

const obstacles = {
  INDEPENDENT: 'snapshots leave independent disks out',
  RDM: 'it is a raw device mapping in physical compatibility mode',
  SHARED: 'it is shared with other virtual machines',
} as const;

const refusal = (code: string, message: string, remedy: string) =>
  new HoldfastError({ code, message, remedy, retryable: false });
