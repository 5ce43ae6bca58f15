import type { ManagedObject } from '../core/managed-object.ts';
import type { World } from '../core/world.ts';
import { encodeProperty } from '../soap/encode.ts';
import type { AnyValue, MoRef, VimObject, VimValue } from '../soap/values.ts';
import { evaluateFilter, type ReadProperties } from './object-content.ts';

interface Reported {
  readonly ref: MoRef;
  /** Property values as text. */
  readonly values: ReadonlyMap<string, string>;
}

/** By reference value: what a client was told. */
export type KnownState = ReadonlyMap<string, Reported>;

/** A PropertyFilter: remembers what it reported, so that it can tell what changed since. */
export class PropertyFilter implements ManagedObject {
  readonly ref: MoRef;
  readonly spec: VimObject;
  readonly partialUpdates: boolean;
  #reported: Map<string, Reported> = new Map();

  constructor(ref: MoRef, spec: VimObject, partialUpdates: boolean) {
    this.ref = ref;
    this.spec = spec;
    this.partialUpdates = partialUpdates;
  }

  read(property: string): VimValue | undefined {
    if (property === 'spec') return this.spec;
    return property === 'partialUpdates' ? this.partialUpdates : undefined;
  }

  /** What the client knows now. */
  known(): KnownState {
    return new Map(this.#reported);
  }

  /** Goes back to what the client knew; without a state, to knowing nothing. */
  resume(state: KnownState = new Map()): void {
    this.#reported = new Map(state);
  }

  /** At most `limit` ObjectUpdates, which count as reported from now on; `more` when some were left for the next time. */
  updates(world: World, limit: number): { readonly updates: readonly VimObject[]; readonly more: boolean } {
    const updates: VimObject[] = [];
    const present = evaluateFilter(world, this.spec, false);
    const gone = new Set(this.#reported.keys());
    let more = false;
    for (const each of present) {
      gone.delete(each.object.ref.value);
      const { update, commit } = this.#compare(each);
      if (!update) continue;
      if (updates.length >= limit) {
        more = true;
        continue;
      }
      commit();
      updates.push(update);
    }
    for (const key of gone) {
      const known = this.#reported.get(key);
      if (!known) continue;
      if (updates.length >= limit) {
        more = true;
        continue;
      }
      this.#reported.delete(key);
      updates.push({ $type: 'ObjectUpdate', kind: 'leave', obj: known.ref });
    }
    return { updates, more };
  }

  #compare(now: ReadProperties): { readonly update: VimObject | undefined; readonly commit: () => void } {
    const { ref } = now.object;
    const before = this.#reported.get(ref.value);
    const values = new Map([...now.values].map(([name, val]) => [name, asText(val)]));
    const changes: VimObject[] = [];
    for (const [name, val] of now.values) {
      if (before?.values.get(name) === values.get(name)) continue;
      changes.push({ $type: 'PropertyChange', name, op: 'assign', val });
    }
    for (const name of before?.values.keys() ?? []) {
      if (!values.has(name)) changes.push({ $type: 'PropertyChange', name, op: 'assign' });
    }
    if (before && changes.length === 0) return { update: undefined, commit: () => undefined };
    const update: VimObject = {
      $type: 'ObjectUpdate',
      kind: before ? 'modify' : 'enter',
      obj: ref,
      changeSet: changes,
      ...(now.missing.length > 0 ? { missingSet: now.missing } : {}),
    };
    return { update, commit: () => void this.#reported.set(ref.value, { ref, values }) };
  }
}

function asText(value: AnyValue): string {
  return encodeProperty('val', value, { type: 'anyType', array: false });
}
