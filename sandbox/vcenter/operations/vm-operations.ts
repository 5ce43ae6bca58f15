import { Task } from '../core/tasks.ts';
import { Entity, Folder } from '../inventory/entity.ts';
import {
  fileLocked,
  fileNotFound,
  invalidArgument,
  invalidPowerState,
  managedObjectNotFound,
  notSupported,
  VimFault,
} from '../soap/faults.ts';
import { objectOf, refOf, stringOf } from '../soap/values.ts';
import { createVm } from '../vm/create-vm.ts';
import { destroy, unregister } from '../vm/destroy-vm.ts';
import { checkNameFree } from '../vm/naming.ts';
import { powerOff, powerOn } from '../vm/power.ts';
import { reconfigure } from '../vm/reconfigure.ts';
import { VirtualMachine } from '../vm/virtual-machine.ts';
import type { Call, OperationTable } from './operation.ts';
import { entityOf, startTask, vmOf, vmTask } from './start-task.ts';

function folderOf({ self }: Call): Folder {
  if (self instanceof Folder) return self;
  throw managedObjectNotFound(self.ref);
}

/** Virtual machines, folders, tasks and single disks. */
export const vmOperations: OperationTable = {
  CreateVM_Task: (call) => {
    const folder = folderOf(call);
    const config = objectOf(call.params, 'config');
    const pool = refOf(call.params, 'pool');
    if (!config || !pool) throw invalidArgument('config');
    return startTask(call, 'CreateVM_Task', folder, () =>
      createVm(call.world, { folder, config, pool, host: refOf(call.params, 'host') }),
    );
  },

  CreateFolder: (call) => {
    const parent = folderOf(call);
    const name = stringOf(call.params, 'name') ?? '';
    checkNameFree(parent, name);
    const { objects } = call.world;
    return parent.add(objects.add(new Folder(objects.newRef('Folder', 'group'), name, parent.childTypes))).ref;
  },

  ReconfigVM_Task: vmTask('ReconfigVM_Task', (vm, { params }) => {
    const spec = objectOf(params, 'spec');
    if (!spec) throw invalidArgument('spec');
    return reconfigure(vm, spec);
  }),

  PowerOnVM_Task: vmTask('PowerOnVM_Task', (vm) => powerOn(vm)),

  PowerOffVM_Task: vmTask('PowerOffVM_Task', (vm) => powerOff(vm)),

  Destroy_Task: (call) => {
    const entity = entityOf(call);
    if (entity instanceof VirtualMachine && entity.powerState !== 'poweredOff') {
      throw invalidPowerState('poweredOff', entity.powerState);
    }
    return startTask(call, 'Destroy_Task', entity, async () => {
      if (!call.world.objects.find(entity.ref)) throw managedObjectNotFound(entity.ref);
      if (entity instanceof VirtualMachine) await destroy(entity);
      else if (entity instanceof Folder && entity.children.length === 0 && entity.parent instanceof Folder) {
        entity.parent.drop(entity);
        call.world.objects.remove(entity.ref);
      } else throw notSupported();
      return undefined;
    });
  },

  UnregisterVM: (call) => {
    call.world.leases.checkFree(vmOf(call), 'UnregisterVM');
    unregister(vmOf(call));
    return undefined;
  },

  Rename_Task: (call) => {
    const entity = entityOf(call);
    return startTask(call, 'Rename_Task', entity, async () => {
      const name = stringOf(call.params, 'newName') ?? '';
      if (name !== entity.name) checkNameFree(entity.parent, name);
      entity.name = name;
      call.world.changes.raise();
      return undefined;
    });
  },

  CancelTask: ({ self }) => {
    if (!(self instanceof Task)) throw managedObjectNotFound(self.ref);
    if (self.ended) throw new VimFault('InvalidState', 'The task has ended.');
    self.cancel.abort();
    return undefined;
  },

  DeleteVirtualDisk_Task: (call) => {
    const { world } = call;
    const name = stringOf(call.params, 'name') ?? '';
    return startTask(call, 'DeleteVirtualDisk_Task', new Entity(call.self.ref, 'virtualDiskManager'), async () => {
      const file = world.disks.find(name);
      if (!file) throw fileNotFound(name);
      const used = world.virtualMachines().some((vm) => vm.disks.some((disk) => disk.file.chain().includes(file)));
      if (used) throw fileLocked(name);
      await world.disks.delete(file);
      return undefined;
    });
  },
};
