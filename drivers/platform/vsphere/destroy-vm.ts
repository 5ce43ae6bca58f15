import type { VmRef } from '../contract.ts';
import { driverError, isFault } from './errors.ts';
import { readObject } from './properties.ts';
import { runTask } from './run-task.ts';
import type { VimSession } from './vim-session.ts';
import { diskBacking, isOutside, isVirtualDisk } from './virtual-disks.ts';
import { vmReference } from './virtual-machines.ts';

/** Destroying a VM deletes every disk attached to it, so a disk that may be another VM's stops it. */
export async function destroyVm(session: VimSession, vm: VmRef, signal: AbortSignal): Promise<void> {
  const ref = vmReference(vm);
  const paths = ['runtime.powerState', 'config.files.vmPathName', 'config.hardware.device'];
  const what = 'Destroying the virtual machine';
  try {
    const properties = await readObject(session, ref, paths, signal);
    if (properties.text('runtime.powerState') !== 'poweredOff') {
      throw driverError(
        'permanent',
        'INVALID_STATE',
        'The virtual machine is not powered off.',
        'Power it off if it is really to be destroyed.',
      );
    }
    const configFile = properties.text('config.files.vmPathName') ?? '';
    const foreign = properties
      .list('config.hardware.device', 'VirtualDevice')
      .filter(isVirtualDisk)
      .map((disk) => diskBacking(disk).fileName)
      .find((fileName) => isOutside(fileName, configFile));
    if (foreign !== undefined) {
      throw driverError(
        'permanent',
        'INVALID_STATE',
        `The virtual machine holds the disk ${foreign}, which lies outside its own directory and would be deleted with it.`,
        'Detach that disk first.',
      );
    }
    const work = {
      entity: ref,
      what,
      start: () => session.call('Destroy_Task', { _this: ref }, { signal, what }),
      isDone: () => isGone(session, vm, signal),
    };
    await runTask(session, work, signal);
  } catch (error) {
    if (!isFault(error, 'ManagedObjectNotFound')) throw error;
  }
}

async function isGone(session: VimSession, vm: VmRef, signal: AbortSignal): Promise<boolean> {
  try {
    await readObject(session, vmReference(vm), ['name'], signal);
    return false;
  } catch (error) {
    if (isFault(error, 'ManagedObjectNotFound')) return true;
    throw error;
  }
}
