import { type MemberMetadata, operations } from './gen/metadata.ts';
import type { Operations } from './gen/types.ts';
import { derivesFrom, isDataType, membersOf } from './vim-types.ts';
import { isReference } from './vim-values.ts';

/**
 * The body of a request. vCenter refuses elements out of the WSDL's order, those of a base type before those of the
 * derived one; node-soap orders by the declared type only, so the body is built here and handed to it as it is.
 */
export function encodeRequest<K extends keyof Operations>(operation: K, request: Operations[K]['request']): string {
  const metadata = operations[operation];
  if (!metadata) throw new TypeError(`${operation} is not a known vim25 operation`);
  const children = encodeMembers(operation, metadata.request, request);
  return `<${operation} xmlns="urn:vim25" xmlns:xsd="http://www.w3.org/2001/XMLSchema">${children}</${operation}>`;
}

function encodeMembers(owner: string, members: readonly MemberMetadata[], value: object): string {
  const given = new Map<string, unknown>(Object.entries(value));
  given.delete('$type');
  let xml = '';
  for (const [name, type, flags] of members) {
    const member = given.get(name);
    given.delete(name);
    if (member === undefined) {
      if (flags === '') throw new TypeError(`${owner}.${name} is missing`);
      continue;
    }
    if (flags.startsWith('[]')) {
      if (!Array.isArray(member)) throw new TypeError(`${owner}.${name} is not an array`);
      for (const item of member) xml += encodeValue(owner, name, type, item);
    } else {
      xml += encodeValue(owner, name, type, member);
    }
  }
  for (const name of given.keys()) throw new TypeError(`${owner} has no ${name}`);
  return xml;
}

function encodeValue(owner: string, name: string, type: string, value: unknown): string {
  const where = `${owner}.${name}`;
  if (type === 'anyType') return encodeAny(where, name, value);
  if (type === 'ref') {
    if (!isReference(value)) throw new TypeError(`${where} is not a reference`);
    return `<${name} type="${escapeXml(value.type)}">${escapeXml(value.value)}</${name}>`;
  }
  if (isDataType(type)) {
    if (typeof value !== 'object' || value === null) throw new TypeError(`${where} is not an object`);
    const actual = '$type' in value && typeof value.$type === 'string' ? value.$type : type;
    if (!derivesFrom(actual, type)) throw new TypeError(`${where}: ${actual} is not a ${type}`);
    const attribute = actual === type ? '' : ` xsi:type="${actual}"`;
    return `<${name}${attribute}>${encodeMembers(actual, membersOf(actual), value)}</${name}>`;
  }
  return `<${name}>${encodeScalar(where, value)}</${name}>`;
}

/** A value whose declared type is xsd:anyType has to say what it is. */
function encodeAny(where: string, name: string, value: unknown): string {
  if (isReference(value)) {
    return `<${name} xsi:type="ManagedObjectReference" type="${escapeXml(value.type)}">${escapeXml(value.value)}</${name}>`;
  }
  const type = schemaTypes[typeof value];
  if (!type) throw new TypeError(`${where}: ${typeof value} has no schema type`);
  return `<${name} xsi:type="xsd:${type}">${encodeScalar(where, value)}</${name}>`;
}

const schemaTypes: Readonly<Record<string, string>> = {
  string: 'string',
  boolean: 'boolean',
  number: 'int',
  bigint: 'long',
};

function encodeScalar(where: string, value: unknown): string {
  if (typeof value === 'string') return escapeXml(value);
  if (typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value);
  throw new TypeError(`${where} cannot be written as a scalar`);
}

/** Text for XML 1.0. A carriage return is written as a reference, or the parser on the other side would change it. */
export function escapeXml(text: string): string {
  if (!text.isWellFormed() || hasForbiddenCharacter(text)) {
    throw new RangeError('A text holds a character that XML cannot carry.');
  }
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\r', '&#13;')
    .replaceAll('\n', '&#10;')
    .replaceAll('\t', '&#9;');
}

function hasForbiddenCharacter(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === 0xfffe || code === 0xffff) return true;
    if (code < 0x20 && code !== 0x09 && code !== 0x0a && code !== 0x0d) return true;
  }
  return false;
}
