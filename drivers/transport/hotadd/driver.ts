import { withDeadline } from '../../../base/abort.ts';
import type { Clock } from '../../../base/clock.ts';
import { DriverError, isDriverError } from '../../../base/errors.ts';
import type { AttachedDisk, PlatformSession, VmRef } from '../../platform/contract.ts';
import type { DeviceAccess, OpenDisk, TransportContext, TransportDisk, TransportDriver } from '../contract.ts';
import { deviceSize, waitForDevice, waitUntilGone } from './device.ts';

const attachWithinMs = 10 * 60_000;
const detachWithinMs = 10 * 60_000;
const detachTries = 4;
const betweenDetachesMs = 500;

/**
 * Disks are attached to the gateway's own virtual machine and read or written there as block devices. Needs a gateway in
 * the same vCenter, with `disk.EnableUUID=TRUE` and a free unit on a SCSI controller.
 */
export function createHotaddTransport({ clock }: { readonly clock: Clock }): TransportDriver {
  /** Disks this process has open, so that reaping for one job leaves the disks of another alone. */
  const inUse = new Set<string>();

  return {
    name: 'hotadd',
    capabilities: { randomRead: true, write: 'inPlace' },
    openForRead: (context, disk, signal) => open(clock, inUse, context, disk, 'READ', signal),
    openForWrite: (context, disk, signal) => open(clock, inUse, context, disk, 'WRITE', signal),
    async reap({ session, gatewayVm }, signal) {
      if (gatewayVm === null) return { detached: 0 };
      let detached = 0;
      for (const disk of await session.foreignDisks(gatewayVm, signal)) {
        if (inUse.has(useKey(gatewayVm, disk.uuid))) continue;
        await session.detachDisk(gatewayVm, disk, signal);
        detached += 1;
      }
      return { detached };
    },
  };
}

async function open(
  clock: Clock,
  inUse: Set<string>,
  context: TransportContext,
  disk: TransportDisk,
  mode: 'READ' | 'WRITE',
  signal: AbortSignal,
): Promise<OpenDisk<DeviceAccess>> {
  const { session, gatewayVm, deviceDirectory } = context;
  if (gatewayVm === null) throw notOnThisPlatform();
  const key = useKey(gatewayVm, disk.uuid);
  if (inUse.has(key)) throw busy(disk.uuid);
  inUse.add(key);
  let attached: AttachedDisk | undefined;
  const close = async () => {
    const open = attached;
    attached = undefined;
    try {
      if (open) {
        // Not the job's signal: a job that was cancelled has to let go of its disks all the same.
        await withDeadline({ clock, ms: detachWithinMs, what: 'Detaching the disk' }, (closing) =>
          detach(clock, session, gatewayVm, open, closing),
        );
      }
    } finally {
      // A disk that could not be detached is the next reap's: were it still in use here, no reap would ever touch it.
      inUse.delete(key);
    }
  };
  try {
    if (!(await waitUntilGone(clock, deviceDirectory, disk.uuid, signal))) throw attachedAlready(disk.uuid);
    attached = await withDeadline(
      { clock, ms: attachWithinMs, what: 'Attaching the disk', parent: signal },
      (opening) => session.attachDisk(gatewayVm, { fileName: disk.fileName, datastore: disk.datastore, mode }, opening),
    );
    const path = await confirm(clock, deviceDirectory, disk, attached, signal);
    return {
      access: { kind: 'device', path, capacityBytes: disk.capacityBytes },
      [Symbol.asyncDispose]: close,
    };
  } catch (error) {
    // The first error says what went wrong; a disk left attached is found by the next reap.
    await close().catch(() => undefined);
    throw error;
  }
}

/** Trouble that passes must not cost a job that has moved its disk already. */
async function detach(
  clock: Clock,
  session: PlatformSession,
  vm: VmRef,
  disk: AttachedDisk,
  signal: AbortSignal,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await session.detachDisk(vm, disk, signal);
    } catch (error) {
      signal.throwIfAborted();
      if (!isDriverError(error) || error.kind !== 'transient' || attempt >= detachTries) throw error;
      await clock.sleep(betweenDetachesMs * attempt, signal);
    }
  }
}

/** The device's path, once it is sure to be the disk that was asked for and no other. */
async function confirm(
  clock: Clock,
  directory: string,
  disk: TransportDisk,
  attached: AttachedDisk,
  signal: AbortSignal,
): Promise<string> {
  const remedy = 'Refresh the inventory and start the job again.';
  if (plain(attached.uuid) !== plain(disk.uuid)) {
    throw wrongDisk(`${disk.fileName} has the uuid ${attached.uuid} and not ${disk.uuid}.`, remedy);
  }
  const path = await waitForDevice(clock, directory, disk.uuid, signal);
  const size = await deviceSize(path);
  if (size !== disk.capacityBytes) {
    throw wrongDisk(`${path} has ${size} bytes and not ${disk.capacityBytes}.`, remedy);
  }
  return path;
}

function useKey(vm: VmRef, uuid: string): string {
  return `${vm} ${plain(uuid)}`;
}

function plain(uuid: string): string {
  return uuid.replaceAll('-', '').toLowerCase();
}

function wrongDisk(message: string, remedy: string): DriverError {
  return new DriverError({ kind: 'permanent', code: 'WRONG_DISK', message, remedy });
}

function attachedAlready(uuid: string): DriverError {
  return wrongDisk(
    `The disk ${uuid} is attached to the gateway already.`,
    'A gateway cannot back itself up: use another gateway for its virtual machine.',
  );
}

/** Two jobs may want disks of one uuid: copies of a VM's files have the same ones. */
function busy(uuid: string): DriverError {
  return new DriverError({
    kind: 'transient',
    code: 'BUSY',
    message: `Another job of this gateway has a disk with the uuid ${uuid} open.`,
    remedy: 'Wait for that job; the disk is tried again.',
  });
}

function notOnThisPlatform(): DriverError {
  return new DriverError({
    kind: 'permanent',
    code: 'NOT_ON_THIS_PLATFORM',
    message: "The gateway's virtual machine was not found in this vCenter.",
    remedy: 'Use a gateway that runs in the same vCenter as the virtual machine.',
  });
}
