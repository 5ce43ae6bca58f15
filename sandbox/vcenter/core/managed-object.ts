import { managedObjectNotFound } from '../soap/faults.ts';
import { isSubtype } from '../soap/metadata.ts';
import type { MoRef, VimValue } from '../soap/values.ts';
import type { ChangeSignal } from './change-signal.ts';

/** Anything a client can hold a reference to. `read` answers undefined for a property that is not set. */
export interface ManagedObject {
  readonly ref: MoRef;
  read(property: string): VimValue | undefined;
}

/** All managed objects by reference, and the source of new reference values. */
export class ObjectRegistry {
  readonly #objects = new Map<string, ManagedObject>();
  readonly #changes: ChangeSignal;
  #next = 1000;

  constructor(changes: ChangeSignal) {
    this.#changes = changes;
  }

  /** A reference nobody had before: `newRef('VirtualMachine', 'vm')` is `vm-1001`. */
  newRef(type: string, prefix: string): MoRef {
    this.#next += 1;
    return { type, value: `${prefix}-${this.#next}` };
  }

  add<T extends ManagedObject>(object: T): T {
    this.#objects.set(object.ref.value, object);
    this.#changes.raise();
    return object;
  }

  remove(ref: MoRef): void {
    this.#objects.delete(ref.value);
    this.#changes.raise();
  }

  find(ref: MoRef): ManagedObject | undefined {
    const object = this.#objects.get(ref.value);
    return object && isSubtype(object.ref.type, ref.type) ? object : undefined;
  }

  /** Throws ManagedObjectNotFound. */
  get(ref: MoRef): ManagedObject {
    const object = this.find(ref);
    if (!object) throw managedObjectNotFound(ref);
    return object;
  }

  all(): readonly ManagedObject[] {
    return [...this.#objects.values()];
  }
}

/** A managed object whose properties are plain values or computed on demand. */
export class SimpleObject implements ManagedObject {
  readonly ref: MoRef;
  readonly #properties: Record<string, VimValue | (() => VimValue | undefined)>;

  constructor(ref: MoRef, properties: Record<string, VimValue | (() => VimValue | undefined)>) {
    this.ref = ref;
    this.#properties = { ...properties };
  }

  read(property: string): VimValue | undefined {
    const value = Object.hasOwn(this.#properties, property) ? this.#properties[property] : undefined;
    return typeof value === 'function' ? value() : value;
  }

  set(property: string, value: VimValue): void {
    this.#properties[property] = value;
  }
}
