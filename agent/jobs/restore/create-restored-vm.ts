import { z } from 'zod';
import { withDeadline } from '../../../base/abort.ts';
import { isDriverError } from '../../../base/errors.ts';
import type { NewVmSpec } from '../../../drivers/platform/contract.ts';
import type { NewVm } from '../../../drivers/transport/contract.ts';
import type { RestoreWork } from '../../../protocol/work.ts';
import type { Manifest } from '../../../repository/manifest.ts';
import type { JobContext } from '../job-context.ts';
import type { JobSession } from '../job-session.ts';
import { whileBusy } from '../while-busy.ts';
import { restoreMarker } from './half-made-vms.ts';

/** Making thin disks takes seconds; a vCenter that needs longer than this does not work. */
const createWithinMs = 15 * 60_000;
const missingPlace = z.object({ missing: z.enum(['folder', 'datastore', 'network']) });

/**
 * A VM like the recorded one, with empty disks. Where its old folder is gone and none was asked for, the data center's root folder takes it;
 * where its old network is gone, it gets no network card, for a machine on the wrong network does more harm than one on none.
 */
export async function createRestoredVm(
  job: JobContext,
  work: RestoreWork,
  site: JobSession,
  manifest: Manifest,
): Promise<NewVm> {
  // Not stopped by a cancel: a task that goes on in the vCenter would leave a VM after the clean-up.
  const { held } = job.lease;
  let spec = specOf(work, manifest);
  for (;;) {
    try {
      const creation = {
        clock: job.gateway.tools.clock,
        ms: createWithinMs,
        what: 'Creating the virtual machine',
        parent: held,
      };
      const made = await whileBusy(job, () => withDeadline(creation, (signal) => makeVm(site, spec, signal)));
      if (!job.lease.signal.aborted) return made;
      await made[Symbol.asyncDispose]();
      throw job.lease.signal.reason;
    } catch (error) {
      job.lease.signal.throwIfAborted();
      if (!isDriverError(error) || error.code !== 'NOT_FOUND') throw error;
      const missing = missingPlace.safeParse(error.cause).data?.missing;
      if (missing === 'network' && spec.network !== null) {
        job.findings.add({
          code: 'NETWORK_MISSING',
          severity: 'WARNING',
          message: `There is no network ${spec.network} where ${spec.name} is restored to; it was made without a network card.`,
          remedy: 'Add a network card to the virtual machine and connect it before it is started.',
        });
        spec = { ...spec, network: null };
      } else if (missing === 'folder' && work.target.folder === null && spec.folder !== null) {
        job.findings.add({
          code: 'FOLDER_MISSING',
          severity: 'INFO',
          message: `The folder ${spec.folder} is gone; ${spec.name} was made in the root folder.`,
          remedy: 'Move the virtual machine where it belongs.',
        });
        spec = { ...spec, folder: null };
      } else throw error;
    }
  }
}

/** Where VM and way into its disks are two acts, the VM is the session's to make, and what becomes of it the job's to see to. */
async function makeVm(site: JobSession, spec: NewVmSpec, signal: AbortSignal): Promise<NewVm> {
  const { session, transport, transportContext } = site;
  if (transport.createVm) return transport.createVm(transportContext, spec, signal);
  return {
    vm: await session.createVm(spec, signal),
    openForWrite: (disk, opening) => transport.openForWrite(transportContext, disk, opening),
    finish: async () => undefined,
    [Symbol.asyncDispose]: async () => undefined,
  };
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
