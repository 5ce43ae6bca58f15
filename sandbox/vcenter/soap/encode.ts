import { dataProperties, enumValues } from './metadata.ts';
import { AnyValue, isMoRef, isVimArray, isVimObject, type VimObject, type VimValue } from './values.ts';
import { escapeXml } from './xml.ts';

/** Declared type of a value: WSDL name of one item, and whether it repeats. */
export interface DeclaredType {
  readonly type: string;
  readonly array: boolean;
}

/** Writes a property or result: one element, or one for each item of an array. */
export function encodeProperty(name: string, value: VimValue, declared: DeclaredType): string {
  if (declared.array) {
    return isVimArray(value) ? value.map((item) => encodeElement(name, item, declared.type)).join('') : '';
  }
  return encodeElement(name, value, declared.type);
}

/** Writes a value where the WSDL says `anyType`: arrays become `ArrayOf…`, scalars get their `xsd:` type. */
export function encodeAny(name: string, value: VimValue, declared: DeclaredType): string {
  if (!declared.array) {
    const type = declared.type === 'anyType' ? guessType(value) : declared.type;
    return encodeElement(name, value, type, true);
  }
  const item = declared.type;
  const plural = `ArrayOf${item.charAt(0).toUpperCase()}${item.slice(1)}`;
  const items = isVimArray(value) ? value.map((each) => encodeElement(item, each, item)).join('') : '';
  return `<${name} xsi:type="${plural}">${items}</${name}>`;
}

function encodeElement(name: string, value: VimValue, declared: string, always = false): string {
  if (value instanceof AnyValue) return encodeAny(name, value.value, value.declared);
  if (declared === 'anyType') return encodeElement(name, value, guessType(value), true);
  if (isVimObject(value)) return encodeObject(name, value, declared, always);
  if (isMoRef(value)) {
    const type = always ? ' xsi:type="ManagedObjectReference"' : '';
    return `<${name} type="${escapeXml(value.type)}"${type}>${escapeXml(value.value)}</${name}>`;
  }
  const type = always ? ` xsi:type="${enumValues(declared) ? declared : `xsd:${declared}`}"` : '';
  return `<${name}${type}>${escapeXml(scalar(value))}</${name}>`;
}

function encodeObject(name: string, value: VimObject, declared: string, always: boolean): string {
  const properties = dataProperties(value.$type);
  if (!properties) throw new Error(`No type metadata for ${value.$type}.`);
  let content = '';
  for (const property of properties) {
    const each = value[property.name];
    if (each !== undefined) content += encodeProperty(property.name, each, property);
    else if (!property.optional && !property.array) throw new Error(`${value.$type}.${property.name} is not set.`);
  }
  const type = always || value.$type !== declared ? ` xsi:type="${value.$type}"` : '';
  return `<${name}${type}>${content}</${name}>`;
}

function guessType(value: VimValue): string {
  if (isVimObject(value)) return value.$type;
  if (isMoRef(value)) return 'ManagedObjectReference';
  if (value instanceof Date) return 'dateTime';
  if (typeof value === 'boolean') return 'boolean';
  if (typeof value === 'number') return 'int';
  if (typeof value === 'bigint') return 'long';
  return 'string';
}

function scalar(value: string | number | bigint | boolean | Date | readonly VimValue[]): string {
  return value instanceof Date ? value.toISOString() : String(value);
}
