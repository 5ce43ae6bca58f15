import type { VmRef } from '../contract.ts';
import { type ObjectProperties, readInventory, readObject } from './properties.ts';
import { runTask } from './run-task.ts';
import type { VimSession } from './vim-session.ts';
import type { ManagedObjectReference } from './vim-values.ts';
import { vmReference } from './virtual-machines.ts';

/** The extraConfig option that says which attempt made a VM. */
export const markerKey = 'holdfast.marker';

export interface MarkedVm {
  readonly ref: ManagedObjectReference;
  readonly marker: string;
}

/** VMs whose marker starts with `prefix`. */
export async function findMarked(
  session: VimSession,
  prefix: string,
  signal: AbortSignal,
): Promise<readonly MarkedVm[]> {
  const found: MarkedVm[] = [];
  for await (const page of readInventory(session, { VirtualMachine: ['config.extraConfig'] }, signal)) {
    for (const object of page) {
      const marker = markerOf(object);
      if (marker?.startsWith(prefix)) found.push({ ref: object.ref, marker });
    }
  }
  return found;
}

export async function setMarker(session: VimSession, vm: VmRef, marker: string, signal: AbortSignal): Promise<void> {
  const entity = vmReference(vm);
  const what = 'Marking the virtual machine';
  const spec = { extraConfig: [{ key: markerKey, value: marker }] };
  const work = {
    entity,
    what,
    start: () => session.call('ReconfigVM_Task', { _this: entity, spec }, { signal, what }),
    isDone: async () => markerOf(await readObject(session, entity, ['config.extraConfig'], signal)) === marker,
  };
  await runTask(session, work, signal);
}

function markerOf(object: ObjectProperties): string | undefined {
  const value = object.list('config.extraConfig', 'OptionValue').find(({ key }) => key === markerKey)?.value;
  return typeof value === 'string' ? value : undefined;
}
