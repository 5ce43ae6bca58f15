import { Mutex } from '../core/mutex.ts';
import type { SpecialOutcome } from '../core/planned-faults.ts';
import { Entity } from '../inventory/entity.ts';
import { managedObjectNotFound } from '../soap/faults.ts';
import type { MoRef, VimValue } from '../soap/values.ts';
import { VirtualMachine } from '../vm/virtual-machine.ts';
import type { Call } from './operation.ts';

/** The VM a call is for. Throws ManagedObjectNotFound. */
export function vmOf(call: Call): VirtualMachine {
  if (call.self instanceof VirtualMachine) return call.self;
  throw managedObjectNotFound(call.self.ref);
}

/** Starts a task on `entity`; tasks of one VM run one after the other, and fail with TaskInProgress while an NFC lease holds it. */
export function startTask(
  call: Call,
  operation: string,
  entity: Entity,
  work: (planned: SpecialOutcome | undefined) => Promise<VimValue | undefined>,
): MoRef {
  const { leases, tasks } = call.world;
  const mutex = entity instanceof VirtualMachine ? entity.mutex : new Mutex();
  return tasks.start({
    operation,
    entity,
    mutex,
    userName: call.session?.userName ?? '',
    work: async (planned) => {
      leases.checkFree(entity, operation);
      return work(planned);
    },
  });
}

/** A task on a VM that answers nothing. */
export function vmTask(
  operation: string,
  work: (
    vm: VirtualMachine,
    call: Call,
    planned: SpecialOutcome | undefined,
  ) => Promise<VimValue | undefined> | void | Promise<void>,
): (call: Call) => MoRef {
  return (call) => {
    const vm = vmOf(call);
    return startTask(call, operation, vm, async (planned) => {
      if (!call.world.objects.find(vm.ref)) throw managedObjectNotFound(vm.ref);
      return (await work(vm, call, planned)) ?? undefined;
    });
  };
}

export function entityOf(call: Call): Entity {
  if (call.self instanceof Entity) return call.self;
  throw managedObjectNotFound(call.self.ref);
}
