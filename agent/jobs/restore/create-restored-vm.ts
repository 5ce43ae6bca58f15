import { isDriverError } from '../../../base/errors.ts';
import type { InventoryVm, NewVmSpec, PlatformSession } from '../../../drivers/platform/contract.ts';
import type { RestoreWork } from '../../../protocol/work.ts';
import type { Manifest } from '../../../repository/manifest.ts';
import type { JobContext } from '../job-context.ts';
import { restoreMarker } from './half-made-vms.ts';

/** A VM like the recorded one, with empty disks. Where its old folder is gone and none was asked for, the data center's root folder takes it. */
export async function createRestoredVm(
  job: JobContext,
  work: RestoreWork,
  session: PlatformSession,
  manifest: Manifest,
): Promise<InventoryVm> {
  // Not stopped by a cancel: a task that goes on in the vCenter would leave a VM after the clean-up.
  const { held: signal } = job.lease;
  const spec = specOf(work, manifest);
  try {
    return await session.createVm(spec, signal);
  } catch (error) {
    signal.throwIfAborted();
    if (!isDriverError(error) || error.code !== 'NOT_FOUND' || work.target.folder !== null || !spec.folder) throw error;
    const vm = await session.createVm({ ...spec, folder: null }, signal);
    job.findings.add({
      code: 'FOLDER_MISSING',
      severity: 'INFO',
      message: `The folder ${spec.folder} is gone; ${spec.name} was made in the root folder.`,
      remedy: 'Move the virtual machine where it belongs.',
    });
    return vm;
  }
}

function specOf(work: RestoreWork, manifest: Manifest): NewVmSpec {
  const { configuration } = manifest;
  const { vmName, folder, datastore } = work.target;
  return {
    name: vmName,
    folder: folder ?? parentFolder(configuration.path),
    datastore: datastore ?? configuration.datastore,
    cpuCount: configuration.cpuCount,
    memoryBytes: configuration.memoryBytes,
    guestId: configuration.guestId,
    firmware: configuration.firmware,
    network: configuration.networks[0] ?? null,
    ...(configuration.controllers && { controllers: configuration.controllers }),
    disks: manifest.disks.map(({ label, capacityBytes, controllerKey, unitNumber }) => ({
      label,
      capacityBytes,
      thin: true,
      controllerKey,
      unitNumber,
    })),
    marker: restoreMarker(work.jobId),
  };
}

/** `DC0/Linux/web-1` is in `DC0/Linux`. */
function parentFolder(path: string): string | null {
  const end = path.lastIndexOf('/');
  return end > 0 ? path.slice(0, end) : null;
}
