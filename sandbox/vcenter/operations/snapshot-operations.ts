import { invalidArgument, managedObjectNotFound } from '../soap/faults.ts';
import { booleanOf, numberOf, objectOf, refOf, stringOf } from '../soap/values.ts';
import { queryChangedAreas } from '../vm/changed-areas.ts';
import { Snapshot } from '../vm/snapshot.ts';
import { consolidateDisks, createSnapshot, removeAllSnapshots, removeSnapshot } from '../vm/snapshots.ts';
import type { Call, OperationTable } from './operation.ts';
import { startTask, vmOf, vmTask } from './start-task.ts';

function newSnapshot({ params }: Call, quiesce: boolean) {
  const name = stringOf(params, 'name') ?? '';
  if (name === '' || name.length > 80) throw invalidArgument('name');
  return { name, description: stringOf(params, 'description') ?? '', quiesce };
}

/** Snapshots and changed blocks. `maxChangedAreas` bounds one answer of QueryChangedDiskAreas. */
export function snapshotOperations(maxChangedAreas: number): OperationTable {
  return {
    CreateSnapshot_Task: vmTask('CreateSnapshot_Task', (vm, call, planned) =>
      createSnapshot(vm, newSnapshot(call, planned !== 'notQuiesced' && (booleanOf(call.params, 'quiesce') ?? false))),
    ),

    CreateSnapshotEx_Task: vmTask('CreateSnapshotEx_Task', (vm, call) =>
      createSnapshot(vm, newSnapshot(call, objectOf(call.params, 'quiesceSpec') !== undefined)),
    ),

    RemoveSnapshot_Task: (call) => {
      const { self, params } = call;
      if (!(self instanceof Snapshot)) throw managedObjectNotFound(self.ref);
      return startTask(call, 'RemoveSnapshot_Task', self.vm, async (planned) => {
        if (!call.world.objects.find(self.ref)) throw managedObjectNotFound(self.ref);
        const removeChildren = booleanOf(params, 'removeChildren') ?? false;
        await removeSnapshot(self, { removeChildren, consolidate: booleanOf(params, 'consolidate') ?? true }, planned);
        return undefined;
      });
    },

    RemoveAllSnapshots_Task: vmTask('RemoveAllSnapshots_Task', (vm, { params }) =>
      removeAllSnapshots(vm, booleanOf(params, 'consolidate') ?? true),
    ),

    ConsolidateVMDisks_Task: vmTask('ConsolidateVMDisks_Task', (vm) => consolidateDisks(vm)),

    QueryChangedDiskAreas: (call) => {
      const vm = vmOf(call);
      const ref = refOf(call.params, 'snapshot');
      const snapshot = ref && call.world.objects.get(ref);
      if (snapshot !== undefined && (!(snapshot instanceof Snapshot) || snapshot.vm !== vm)) {
        throw invalidArgument('snapshot');
      }
      return queryChangedAreas(vm, {
        snapshot,
        deviceKey: numberOf(call.params, 'deviceKey') ?? 0,
        startOffset: numberOf(call.params, 'startOffset') ?? 0,
        changeId: stringOf(call.params, 'changeId') ?? '',
        limit: maxChangedAreas,
      });
    },
  };
}
