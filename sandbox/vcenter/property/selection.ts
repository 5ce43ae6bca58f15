import type { ManagedObject, ObjectRegistry } from '../core/managed-object.ts';
import { invalidArgument, managedObjectNotFound } from '../soap/faults.ts';
import { isSubtype, managedProperties } from '../soap/metadata.ts';
import { booleanOf, isVimArray, objectsOf, refOf, refsIn, stringOf, type VimObject } from '../soap/values.ts';
import { invalidProperty, readPath } from './property-path.ts';

/** All traversal specs that have a name, wherever they stand in the object's selection. */
function namedSpecs(specs: readonly VimObject[], into = new Map<string, VimObject>()): Map<string, VimObject> {
  for (const spec of specs) {
    const name = stringOf(spec, 'name');
    if (spec.$type !== 'TraversalSpec') continue;
    if (name !== undefined) into.set(name, spec);
    namedSpecs(objectsOf(spec, 'selectSet'), into);
  }
  return into;
}

/**
 * The objects a PropertyFilterSpec selects, in the order they are met. A selection without a name of its own refers by
 * name to a traversal, which is how recursion is written.
 */
export function selectObjects(spec: VimObject, objects: ObjectRegistry, strict: boolean): readonly ManagedObject[] {
  const selected = new Map<string, ManagedObject>();
  for (const objectSpec of objectsOf(spec, 'objectSet')) {
    const ref = refOf(objectSpec, 'obj');
    const start = ref && objects.find(ref);
    if (!ref || !start) {
      if (strict && ref && booleanOf(spec, 'reportMissingObjectsInResults') !== true) throw managedObjectNotFound(ref);
      continue;
    }
    if (booleanOf(objectSpec, 'skip') !== true) selected.set(start.ref.value, start);
    const selectSet = objectsOf(objectSpec, 'selectSet');
    const names = namedSpecs(selectSet);
    const visited = new Set<string>();
    const queue: (readonly [ManagedObject, VimObject])[] = selectSet.map((each) => [start, each]);
    for (let next = queue.shift(); next; next = queue.shift()) {
      const [object, selection] = next;
      const traversal = resolve(selection, names);
      const type = stringOf(traversal, 'type') ?? '';
      const path = stringOf(traversal, 'path') ?? '';
      const seen = `${object.ref.value} ${type} ${path} ${stringOf(traversal, 'name') ?? ''}`;
      if (!isSubtype(object.ref.type, type) || visited.has(seen)) continue;
      visited.add(seen);
      for (const target of follow(object, path, objects)) {
        if (booleanOf(traversal, 'skip') !== true) selected.set(target.ref.value, target);
        for (const each of objectsOf(traversal, 'selectSet')) queue.push([target, each]);
      }
    }
  }
  return [...selected.values()];
}

function resolve(selection: VimObject, names: ReadonlyMap<string, VimObject>): VimObject {
  if (selection.$type === 'TraversalSpec') return selection;
  const named = names.get(stringOf(selection, 'name') ?? '');
  if (!named) throw invalidArgument('selectSet');
  return named;
}

function follow(object: ManagedObject, path: string, objects: ObjectRegistry): readonly ManagedObject[] {
  return refsIn(readPath(object, path).value).flatMap((ref) => objects.find(ref) ?? []);
}

/** The property paths a filter wants of an object; undefined when the filter does not want the object's type at all. */
export function wantedPaths(spec: VimObject, object: ManagedObject): readonly string[] | undefined {
  const fitting = objectsOf(spec, 'propSet').filter((each) => isSubtype(object.ref.type, stringOf(each, 'type') ?? ''));
  if (fitting.length === 0) return undefined;
  const paths = new Set<string>();
  for (const each of fitting) {
    if (booleanOf(each, 'all') === true) {
      for (const property of managedProperties(object.ref.type) ?? []) paths.add(property.name);
    }
    const { pathSet } = each;
    for (const path of isVimArray(pathSet) ? pathSet : []) if (typeof path === 'string') paths.add(path);
  }
  return [...paths];
}

/** Throws InvalidProperty or InvalidArgument for a filter that no object could satisfy. */
export function checkFilterSpec(spec: VimObject): void {
  for (const each of objectsOf(spec, 'propSet')) {
    const type = stringOf(each, 'type') ?? '';
    const properties = managedProperties(type);
    if (!properties) throw invalidArgument('propSet.type');
    const { pathSet } = each;
    for (const path of isVimArray(pathSet) ? pathSet : []) {
      const first = typeof path === 'string' ? (path.split(/[.[]/)[0] ?? '') : '';
      if (!properties.some((property) => property.name === first)) throw invalidProperty(String(path));
    }
  }
}
