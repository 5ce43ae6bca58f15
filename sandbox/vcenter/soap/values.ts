/** A reference to a managed object: `{ type: 'VirtualMachine', value: 'vm-101' }`. */
export interface MoRef {
  readonly type: string;
  readonly value: string;
}

/** A data object: `$type` is its WSDL name, the other keys are its properties. */
export interface VimObject {
  readonly $type: string;
  readonly [property: string]: VimValue | undefined;
}

/** A value for an `anyType` that has to be written as the type its property declares, such as an array or an enumeration. */
export class AnyValue {
  readonly value: VimValue;
  readonly declared: { readonly type: string; readonly array: boolean };

  constructor(value: VimValue, declared: { readonly type: string; readonly array: boolean }) {
    this.value = value;
    this.declared = declared;
  }
}

export type VimValue = string | number | bigint | boolean | Date | AnyValue | MoRef | VimObject | readonly VimValue[];

function isPlain(value: VimValue | undefined): value is MoRef | VimObject {
  return typeof value === 'object' && !(value instanceof Date) && !(value instanceof AnyValue) && !Array.isArray(value);
}

export function isMoRef(value: VimValue | undefined): value is MoRef {
  return isPlain(value) && !('$type' in value);
}

export function isVimObject(value: VimValue | undefined): value is VimObject {
  return isPlain(value) && '$type' in value;
}

export function isVimArray(value: VimValue | undefined): value is readonly VimValue[] {
  return Array.isArray(value);
}

/** Typed look at the properties of a decoded request. The decoder has checked the types already. */
export function stringOf(object: VimObject, name: string): string | undefined {
  const value = object[name];
  return typeof value === 'string' ? value : undefined;
}

export function numberOf(object: VimObject, name: string): number | undefined {
  const value = object[name];
  if (typeof value === 'bigint') return Number(value);
  return typeof value === 'number' ? value : undefined;
}

export function booleanOf(object: VimObject, name: string): boolean | undefined {
  const value = object[name];
  return typeof value === 'boolean' ? value : undefined;
}

export function refOf(object: VimObject, name: string): MoRef | undefined {
  const value = object[name];
  return isMoRef(value) ? value : undefined;
}

export function objectOf(object: VimObject, name: string): VimObject | undefined {
  const value = object[name];
  return isVimObject(value) ? value : undefined;
}

export function objectsOf(object: VimObject, name: string): readonly VimObject[] {
  const value = object[name];
  return isVimArray(value) ? value.filter(isVimObject) : [];
}

export function refsOf(object: VimObject, name: string): readonly MoRef[] {
  const value = object[name];
  return isVimArray(value) ? value.filter(isMoRef) : [];
}

/** The references in a property's value, which is one of them or an array. */
export function refsIn(value: VimValue | undefined): readonly MoRef[] {
  return isVimArray(value) ? value.filter(isMoRef) : isMoRef(value) ? [value] : [];
}

export function stringsOf(object: VimObject, name: string): readonly string[] {
  const value = object[name];
  return isVimArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
