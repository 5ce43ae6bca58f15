import type { ManagedObject } from '../core/managed-object.ts';
import { VimFault } from '../soap/faults.ts';
import { dataProperties, managedProperties, type PropertyInfo } from '../soap/metadata.ts';
import { AnyValue, isVimArray, isVimObject, type VimValue } from '../soap/values.ts';

export function invalidProperty(name: string): VimFault {
  return new VimFault('InvalidProperty', `The property '${name}' does not exist or cannot be read.`, { name });
}

export interface Found {
  readonly value: VimValue | undefined;
  readonly declared: PropertyInfo;
}

/**
 * Looks a property path up: `config.hardware.device`, `config.extraConfig["disk.EnableUUID"].value`,
 * `config.hardware.device[2000]`. Throws InvalidProperty when the type has no such path; a path that is not set has no value.
 */
export function readPath(object: ManagedObject, path: string): Found {
  const steps = path.match(/[^.[\]"]+|\[[^\]]*\]/g) ?? [];
  let found: Found | undefined;
  for (const step of steps) {
    found = step.startsWith('[') ? readKey(found, step, path) : readStep(object, found, step, path);
  }
  if (!found) throw invalidProperty(path);
  return found;
}

function readStep(object: ManagedObject, before: Found | undefined, name: string, path: string): Found {
  if (before?.declared.array) throw invalidProperty(path);
  const value = before?.value;
  const type = isVimObject(value) ? value.$type : (before?.declared.type ?? '');
  const properties = before ? (dataProperties(type) ?? []) : (managedProperties(object.ref.type) ?? []);
  const declared = properties.find((property) => property.name === name);
  if (!declared) throw invalidProperty(path);
  if (!before) return { declared, value: object.read(name) };
  return { declared, value: isVimObject(value) ? value[name] : undefined };
}

function readKey(before: Found | undefined, step: string, path: string): Found {
  if (!before?.declared.array) throw invalidProperty(path);
  const key = step.slice(1, -1).replace(/^"|"$/g, '');
  const items = isVimArray(before.value) ? before.value : [];
  const value = items.find((item) => isVimObject(item) && String(item.key) === key);
  return { declared: { ...before.declared, array: false }, value };
}

/** The value as the `val` of a DynamicProperty; undefined when it is not set. */
export function readDynamic(object: ManagedObject, path: string): AnyValue | undefined {
  const { value, declared } = readPath(object, path);
  return value === undefined ? undefined : new AnyValue(value, declared);
}
