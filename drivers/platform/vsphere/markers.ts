import { readInventory } from './properties.ts';
import type { VimSession } from './vim-session.ts';
import type { ManagedObjectReference } from './vim-values.ts';

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
      const marker = object
        .list('config.extraConfig', 'OptionValue')
        .find((option) => option.key === markerKey && typeof option.value === 'string')?.value;
      if (typeof marker === 'string' && marker.startsWith(prefix)) found.push({ ref: object.ref, marker });
    }
  }
  return found;
}
