import { DriverError } from '../../../base/errors.ts';
import { type MemberMetadata, operations } from './gen/metadata.ts';
import { derivesFrom, isDataType, membersOf } from './vim-types.ts';
import type { Long } from './vim-values.ts';

/** Where node-soap puts an element's attributes; no vim25 element has this name. */
export const attributesKey = '$attributes';

interface Element {
  readonly [name: string]: unknown;
}

/**
 * The result of an operation from what node-soap made of the answer. Everything node-soap leaves to chance is settled
 * here by the generated metadata: what is an array, what an xsd:anyType holds, how long numbers stay exact.
 */
export function decodeResponse(operation: string, node: unknown): unknown {
  const metadata = operations[operation];
  if (!metadata) throw new TypeError(`${operation} is not a known vim25 operation`);
  if (!metadata.response) return undefined;
  const [name, type, flags] = metadata.response;
  return decodeMember(operation, [name, type, flags], asElement(node));
}

function decodeMember(owner: string, [name, type, flags]: MemberMetadata, parent: Element): unknown {
  const present = Object.hasOwn(parent, name);
  const child = parent[name];
  const where = `${owner}.${name}`;
  if (flags.startsWith('[]')) {
    if (!present) return flags === '[]' ? [] : undefined;
    return asArray(child).map((item) => decodeValue(where, type, item));
  }
  if (!present) {
    if (flags === '?') return undefined;
    throw unexpected(`${where} is missing`);
  }
  if (Array.isArray(child)) throw unexpected(`${where} is repeated`);
  return decodeValue(where, type, child);
}

function decodeValue(where: string, type: string, node: unknown): unknown {
  if (type === 'anyType') return decodeAny(where, node);
  if (type === 'ref') return decodeReference(where, node);
  if (isDataType(type)) return decodeData(type, asElement(node));
  return decodeScalar(where, type, textOf(node));
}

function decodeData(declared: string, element: Element): unknown {
  const actual = xsiType(element) ?? declared;
  // A derived type this driver does not know is read as the declared one, but keeps its name.
  const known = derivesFrom(actual, declared) ? actual : declared;
  const result: Record<string, unknown> = { $type: actual };
  for (const member of membersOf(known)) {
    const value = decodeMember(known, member, element);
    if (value !== undefined) result[member[0]] = value;
  }
  return result;
}

function decodeAny(where: string, node: unknown): unknown {
  const element = asElement(node);
  const type = xsiType(element);
  if (type === undefined) return textOf(node);
  if (type === 'ManagedObjectReference') return decodeReference(where, node);
  if (type.startsWith('ArrayOf')) return decodeArrayOf(where, type.slice('ArrayOf'.length), element);
  if (isDataType(type)) return decodeData(type, element);
  if (scalars.has(type)) return decodeScalar(where, type, textOf(node));
  const hasChildren = Object.keys(element).some((key) => key !== attributesKey && key !== '$value');
  return hasChildren ? { $type: type } : textOf(node);
}

function decodeArrayOf(where: string, itemName: string, element: Element): unknown[] {
  const scalar = itemName.charAt(0).toLowerCase() + itemName.slice(1);
  const [child, type] =
    itemName === 'ManagedObjectReference'
      ? [itemName, 'ref']
      : scalars.has(scalar)
        ? [scalar, scalar]
        : [itemName, isDataType(itemName) ? itemName : 'anyType'];
  return Object.hasOwn(element, child) ? asArray(element[child]).map((item) => decodeValue(where, type, item)) : [];
}

function decodeReference(where: string, node: unknown): unknown {
  const type = attributes(asElement(node)).type;
  if (typeof type !== 'string') throw unexpected(`${where} is a reference without a type`);
  return { type, value: textOf(node) };
}

/** The scalars node-soap would read by itself, in its own way. */
export const convertedScalars = [
  'boolean',
  'byte',
  'short',
  'int',
  'long',
  'float',
  'double',
  'dateTime',
  'base64Binary',
];
const scalars = new Set(['string', ...convertedScalars]);

function decodeScalar(where: string, type: string, text: string): string | boolean | Long {
  switch (type) {
    case 'boolean': {
      const value = text.trim();
      if (value === 'true' || value === '1') return true;
      if (value === 'false' || value === '0') return false;
      throw unexpected(`${where} is no boolean`);
    }
    case 'byte':
    case 'short':
    case 'int':
    case 'long': {
      if (!/^\s*[+-]?\d+\s*$/.test(text)) throw unexpected(`${where} is no whole number`);
      const value = Number(text);
      if (Number.isSafeInteger(value)) return value;
      if (type !== 'long') throw unexpected(`${where} is too large`);
      return BigInt(text.trim());
    }
    case 'float':
    case 'double':
      return Number(text);
    default:
      return text;
  }
}

/** The local name of an element's xsi:type; servers choose the prefix freely. */
export function xsiType(node: unknown): string | undefined {
  for (const [name, value] of Object.entries(attributes(asElement(node)))) {
    if (name.endsWith(':type') && typeof value === 'string') return value.slice(value.indexOf(':') + 1);
  }
  return undefined;
}

/** An element's text; empty for an element without any. */
export function textOf(node: unknown): string {
  if (typeof node === 'string') return node;
  const value = asElement(node).$value;
  return typeof value === 'string' ? value : '';
}

export function asElement(node: unknown): Element {
  return isElement(node) ? node : {};
}

function isElement(node: unknown): node is Element {
  return typeof node === 'object' && node !== null && !Array.isArray(node);
}

function attributes(element: Element): Element {
  return asElement(element[attributesKey]);
}

function asArray(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}

function unexpected(what: string): DriverError {
  return new DriverError({
    kind: 'permanent',
    code: 'NOT_SUPPORTED',
    message: `The server's answer is not what the vSphere API describes: ${what}.`,
    remedy: 'Check that the address is that of a vCenter Server or ESXi host 6.5 or later.',
  });
}
