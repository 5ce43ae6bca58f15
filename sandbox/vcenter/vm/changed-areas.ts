import { allocatedGrains } from '../../disks/disk-content.ts';
import { GRAIN, type GrainMap } from '../../disks/grains.ts';
import { invalidArgument, VimFault } from '../soap/faults.ts';
import type { VimObject } from '../soap/values.ts';
import type { DiskDevice } from './devices.ts';
import type { Snapshot } from './snapshot.ts';
import type { VirtualMachine } from './virtual-machine.ts';

export interface ChangedAreasQuery {
  readonly snapshot: Snapshot | undefined;
  readonly deviceKey: number;
  readonly startOffset: number;
  readonly changeId: string;
  /** Most areas in one answer. */
  readonly limit: number;
}

/** DiskChangeInfo: the areas from `startOffset` on, for as much of the disk as fits into one answer. */
export async function queryChangedAreas(vm: VirtualMachine, query: ChangedAreasQuery): Promise<VimObject> {
  const live = vm.disk(query.deviceKey);
  const disk = query.snapshot ? query.snapshot.disks.find((each) => each.key === query.deviceKey) : live;
  if (!disk) throw invalidArgument('deviceKey');
  if (query.startOffset < 0 || query.startOffset >= disk.file.capacityBytes) throw invalidArgument('startOffset');
  const changed = await changedGrains(disk, live, query);
  return page(changed, query, disk.file.capacityBytes);
}

async function changedGrains(
  disk: DiskDevice,
  live: DiskDevice | undefined,
  query: ChangedAreasQuery,
): Promise<GrainMap> {
  const tracker = live?.tracker;
  if (!live || !tracker || live.file.uuid !== disk.file.uuid || (query.snapshot && disk.changeId === undefined)) {
    throw new VimFault('FileFault', `Error caused by file ${disk.file.name}`, { file: disk.file.name });
  }
  if (query.changeId === '*') return disk === live ? allocatedGrains(disk.file) : allocatedOf(disk);
  const from = tracker.sequenceOf(query.changeId);
  const to = disk === live ? undefined : tracker.sequenceOf(disk.changeId ?? '');
  if (from === undefined || (disk !== live && to === undefined) || (to !== undefined && from > to)) {
    throw invalidArgument('changeId');
  }
  return tracker.changedBetween(from, to);
}

/** What a snapshot's disk has allocated never changes, and a client asks for it page by page. */
const allocated = new WeakMap<DiskDevice, Promise<GrainMap>>();

function allocatedOf(frozen: DiskDevice): Promise<GrainMap> {
  const known = allocated.get(frozen);
  if (known) return known;
  const reading = allocatedGrains(frozen.file);
  allocated.set(frozen, reading);
  return reading;
}

function page(changed: GrainMap, query: ChangedAreasQuery, capacityBytes: number): VimObject {
  const areas: VimObject[] = [];
  let end = capacityBytes;
  for (const [first, count] of changed.runs()) {
    const start = Math.max(first * GRAIN, query.startOffset);
    const stop = Math.min((first + count) * GRAIN, capacityBytes);
    if (stop <= start) continue;
    if (areas.length === query.limit) {
      end = start;
      break;
    }
    areas.push({ $type: 'DiskChangeExtent', start, length: stop - start });
  }
  return {
    $type: 'DiskChangeInfo',
    startOffset: query.startOffset,
    length: end - query.startOffset,
    changedArea: areas,
  };
}
