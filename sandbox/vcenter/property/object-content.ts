import type { FaultPlan } from '../../../base/fault-plan.ts';
import type { ManagedObject } from '../core/managed-object.ts';
import { unreadable } from '../core/planned-faults.ts';
import type { World } from '../core/world.ts';
import type { AnyValue, VimObject } from '../soap/values.ts';
import { readDynamic } from './property-path.ts';
import { selectObjects, wantedPaths } from './selection.ts';

export interface ReadProperties {
  readonly object: ManagedObject;
  readonly values: ReadonlyMap<string, AnyValue>;
  /** MissingProperty of those that could not be read. */
  readonly missing: readonly VimObject[];
}

function readProperties(object: ManagedObject, paths: readonly string[], faults: FaultPlan): ReadProperties {
  const values = new Map<string, AnyValue>();
  const missing: VimObject[] = [];
  for (const path of paths) {
    const fault = unreadable(faults, path, object.ref.value);
    if (fault) {
      missing.push({ $type: 'MissingProperty', path, fault: fault.localized() });
      continue;
    }
    const value = readDynamic(object, path);
    if (value !== undefined) values.set(path, value);
  }
  return { object, values, missing };
}

/** Everything a filter spec asks for, at this moment. */
export function evaluateFilter(world: World, spec: VimObject, strict: boolean): readonly ReadProperties[] {
  return selectObjects(spec, world.objects, strict).flatMap((object) => {
    const paths = wantedPaths(spec, object);
    return paths ? [readProperties(object, paths, world.faults)] : [];
  });
}

export function objectContent({ object, values, missing }: ReadProperties): VimObject {
  return {
    $type: 'ObjectContent',
    obj: object.ref,
    propSet: [...values].map(([name, val]) => ({ $type: 'DynamicProperty', name, val })),
    ...(missing.length > 0 ? { missingSet: missing } : {}),
  };
}
